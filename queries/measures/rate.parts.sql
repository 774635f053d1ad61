-- One KPI row becomes parts that can be summed.
select
    * exclude ("at", value),
    cast("at" as date) as day,
    cast(value is not null as integer) as n,
    cast(coalesce(value, false) as integer) as numerator
from kpi_rows
