-- Decimal sums: floating ones differ from run to run.
select
    * exclude ("at", value),
    cast("at" as date) as day,
    cast(value is not null as integer) as n,
    coalesce(cast(value as decimal(24, 12)), 0) as numerator
from kpi_rows
