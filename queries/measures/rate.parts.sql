-- One KPI row becomes parts that can be summed.
select
    * exclude ("at", value),
    cast("at" as date) as day,
    cast(value is not null as integer) as n,
    coalesce(cast(value as integer), 0) as numerator
from kpi_rows
