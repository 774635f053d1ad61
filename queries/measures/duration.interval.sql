-- The 95 % interval of the median of `waits` by group g: the times at which the
-- band around the curve of the unanswered crosses one half (Brookmeyer & Crowley
-- 1982, on the scale log(-log)). An end that the band does not reach is null.
with steps as (
    select
        g,
        minutes,
        count(*) filter (where answered) as replies,
        count(*) as leaving
    from waits
    group by g, minutes
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
            as unanswered,
        sum(replies / nullif(waiting * (waiting - replies), 0))
            over (partition by g order by minutes) as greenwood
    from at_risk
    where replies > 0
),

band as (
    select
        g,
        minutes,
        unanswered,
        exp(1.959963984540054 * sqrt(greenwood) / abs(ln(unanswered)))
            as spread
    from curve
    where unanswered > 0 and unanswered < 1
)

select
    g,
    min(minutes) filter (where pow(unanswered, spread) <= 0.5) as low,
    min(minutes) filter (where pow(unanswered, 1 / spread) <= 0.5) as high
from band
group by g
