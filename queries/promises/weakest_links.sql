-- Each failed contact gives each promise it broke 1 ÷ (number it broke): by
-- group g these add up to the share of failed contacts. Beside it, how many
-- contacts would be perfect if this one promise were always kept: those that
-- broke nothing else.
with sizes as (
    select
        g,
        count(*) as n,
        count(*) filter (where is_perfect) as perfect
    from chosen
    group by g
),

counts as (
    select
        chosen.g,
        breaches.promise,
        case when breaches.is_broken then breaches.broken end as broken,
        count(*) as contacts
    from breaches
    inner join chosen on breaches.contact = chosen.contact
    group by all
),

links as (
    select
        g,
        promise,
        cast(sum(contacts) as bigint) as due,
        cast(
            coalesce(sum(contacts) filter (where broken > 0), 0) as bigint
        ) as failed,
        cast(
            coalesce(sum(contacts) filter (where broken = 1), 0) as bigint
        ) as alone,
        -- In one order, so that the floating sum is the same at each run.
        coalesce(sum(contacts / broken order by broken), 0) as numerator
    from counts
    group by g, promise
)

select
    links.g,
    links.promise,
    links.numerator / sizes.n as value,
    case
        when sizes.perfect < sizes.n
            then links.numerator / (sizes.n - sizes.perfect)
    end as share_of_failures,
    sizes.n,
    links.numerator,
    links.due,
    links.failed,
    links.alone,
    sizes.perfect / sizes.n as perfect_rate,
    (sizes.perfect + links.alone) / sizes.n as perfect_if_kept
from links
inner join sizes on links.g is not distinct from sizes.g
