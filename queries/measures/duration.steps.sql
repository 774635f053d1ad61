-- The waits of `waits` by group g as lists that belong together: how long each
-- lasted, and whether it ended with an answer. Numpy makes the curve of Kaplan &
-- Meier of them: DuckDB's windows take four times as long, and to count equal
-- waits first helps nobody whose times have seconds.
select
    g,
    list(minutes) as minutes,
    list(answered) as answered
from waits
group by g
