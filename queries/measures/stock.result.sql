-- What had entered and not left by the end of each period in which its group, g,
-- was observed, from the first entry on; `changes` has a period's entries and
-- exits.
with spans as (
    select
        g,
        min(period) as first_period
    from changes
    group by g
),

every as (
    select periods.*
    from periods
    inner join spans
        on
            periods.g is not distinct from spans.g
            and periods.period >= spans.first_period
)

select
    every.g,
    every.period,
    sum(coalesce(changes.entered, 0) - coalesce(changes.gone, 0))
        over (partition by every.g order by every.period) as value
from every
left join changes
    on every.g is not distinct from changes.g and every.period = changes.period
