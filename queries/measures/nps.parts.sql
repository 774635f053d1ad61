-- Promoters answer 9 or 10, detractors 0 to 6, of 10.
select
    * exclude ("at", value),
    cast("at" as date) as day,
    cast(value is not null as integer) as n,
    cast(coalesce(value >= 9, false) as integer) as promoters,
    cast(coalesce(value > 6 and value < 9, false) as integer) as passives,
    cast(coalesce(value <= 6, false) as integer) as detractors
from kpi_rows
