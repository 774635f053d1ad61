-- title: Resolved in time
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at, due_at
-- matures: due_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- tile: yes
-- promise: Solved by the date that was promised for each ticket
-- level: {value} of tickets were solved in time {when}.
-- measures: the share of tickets solved at or before their own target
-- not_measured: tickets that were given no target
-- silent: no target, cancelled, or solved at an unknown time
-- formula: solved at or before the target ÷ tickets with a target that has
--   passed
-- notes: open past the target counts as missed. A ticket without a target does
--   not apply, however the system labels it, nor does a cancelled one. A target
--   without a time of day lasts to the end of that day.
-- source: common practice of help desks
select
    created_at as at,
    source,
    $dimensions,
    case
        when due_at > observed_until then null
        when solved_at is null and (is_done or is_ended) then null
        when due_at is not null then coalesce(solved_at <= due_at, false)
    end as value
from tickets
