-- Decimal sums: floating ones differ from run to run. No square counts for more
-- than 1e20, so that a thousand million of them still fit.
select
    * exclude ("at", value),
    cast("at" as date) as day,
    cast(value is not null as integer) as n,
    coalesce(cast(value as decimal(24, 12)), 0) as numerator,
    cast(
        least(pow(coalesce(cast(value as double), 0), 2), 1e20)
        as decimal(38, 9)
    ) as squares
from kpi_rows
