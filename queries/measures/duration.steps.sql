-- The waits of `waits`, n of each, by group g as lists that belong together: how
-- long some lasted, whether they ended with an answer, and how many they are. Numpy makes
-- the curve of Kaplan & Meier of them: DuckDB's windows take four times as long.
with steps as (
    select
        g,
        minutes,
        answered,
        cast(sum(n) as bigint) as n
    from waits
    group by g, minutes, answered
)

select
    g,
    list(minutes) as minutes,
    list(answered) as answered,
    list(n) as n
from steps
group by g
