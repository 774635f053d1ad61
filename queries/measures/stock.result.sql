-- What had entered and not left by the end of each period, from the first
-- entry on; `changes` has g, the group, and a period with its entries and exits.
with spans as (
    select
        g,
        min(period) as first_period
    from changes
    group by g
),

every as (
    select
        spans.g,
        periods.period
    from spans
    inner join periods on spans.first_period <= periods.period
)

select
    every.g,
    every.period,
    sum(coalesce(changes.entered, 0) - coalesce(changes.gone, 0))
        over (partition by every.g order by every.period) as value
from every
left join changes
    on every.g is not distinct from changes.g and every.period = changes.period
