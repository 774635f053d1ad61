-- Who waited, who was answered, and within which of the usual bounds.
select
    * exclude ("at", minutes, answered),
    cast("at" as date) as day,
    cast(minutes is not null as integer) as n,
    cast(coalesce(minutes is not null and answered, false) as integer)
        as answered,
    $within_bounds
from kpi_rows
