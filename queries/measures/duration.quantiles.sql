-- Median and 9th decile of `waits` by group g: the first time at which at least
-- that share has been answered, by Kaplan & Meier 1958 as some still wait.
-- Where nobody waited less than the quantile, it is a plain order statistic.
with simple as (
    select
        g,
        quantile_disc(
            case when answered then minutes else cast('inf' as double) end, 0.5
        ) as median,
        quantile_disc(
            case when answered then minutes else cast('inf' as double) end, 0.9
        ) as p90,
        min(minutes) filter (where not answered) as first_open
    from waits
    group by g
),

cut_short as (
    select g
    from simple
    where first_open < p90
),

steps as (
    select
        waits.g,
        waits.minutes,
        count(*) filter (where waits.answered) as replies,
        count(*) as leaving
    from waits
    inner join cut_short on waits.g is not distinct from cut_short.g
    group by waits.g, waits.minutes
),

at_risk as (
    select
        g,
        minutes,
        replies,
        sum(leaving) over (partition by g order by minutes desc) as waiting
    from steps
),

curve as (
    select
        g,
        minutes,
        product(1 - replies / waiting) over (partition by g order by minutes)
            as unanswered
    from at_risk
    where replies > 0
),

reached as (
    select
        g,
        min(minutes) filter (where unanswered <= 0.5 + 1e-9) as median,
        min(minutes) filter (where unanswered <= 0.1 + 1e-9) as p90
    from curve
    group by g
)

select
    simple.g,
    case
        when simple.first_open < simple.median then reached.median
        when isfinite(simple.median) then simple.median
    end as median,
    case
        when simple.first_open < simple.p90 then reached.p90
        when isfinite(simple.p90) then simple.p90
    end as p90
from simple
left join reached on simple.g is not distinct from reached.g
