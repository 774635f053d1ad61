-- title: Backlog
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at
-- measure: stock
-- unit: tickets
-- better: lower
-- format: 0
-- measures: tickets created and not solved by the end of the period
-- not_measured: how old they are
-- formula: created and not solved by the period's end
-- notes: recomputed from dates, so it can differ from a help desk's nightly
--   snapshot. A ticket marked solved without a time is left out.
-- source: common practice of help desks
select
    source,
    brand,
    team,
    channel,
    topic,
    created_at as entered_at,
    solved_at as left_at
from tickets
where solved_at is not null or not is_done
