-- Who waited, who was answered, and within which of the usual bounds.
select
    * exclude ("at", minutes, answered),
    cast("at" as date) as day,
    cast(minutes is not null as integer) as n,
    cast(coalesce(minutes is not null and answered, false) as integer)
        as answered,
    cast(coalesce(answered and minutes <= 60, false) as integer) as within_60,
    cast(coalesce(answered and minutes <= 240, false) as integer) as within_240,
    cast(coalesce(answered and minutes <= 1440, false) as integer)
        as within_1440,
    cast(coalesce(answered and minutes <= 2880, false) as integer)
        as within_2880,
    cast(coalesce(answered and minutes <= 10080, false) as integer)
        as within_10080
from kpi_rows
