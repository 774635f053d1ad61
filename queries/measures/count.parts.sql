-- Counts add up as they are.
select
    * exclude ("at", value),
    cast("at" as date) as day,
    coalesce(value, 0) as n
from kpi_rows
