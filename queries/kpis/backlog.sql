-- title: Backlog
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at
-- measure: stock
-- unit: tickets
-- better: lower
-- format: 0
-- tile: yes
-- measures: tickets created and not solved by the end of the period
-- not_measured: how old they are
-- formula: created and not solved by the period's end
-- notes: recomputed from dates, so it can differ from a help desk's nightly
--   snapshot. A ticket marked solved without a time is left out. One whose
--   status says open is open, whatever closing time it carries; a cancelled or
--   rejected one until it was last updated, without that time not at all.
-- source: common practice of help desks
select
    source,
    $dimensions,
    created_at as entered_at,
    case when is_ended then updated_at else solved_at end as left_at
from tickets
where
    case
        when is_ended then updated_at is not null
        else solved_at is not null or not is_done
    end
