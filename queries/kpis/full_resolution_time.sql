-- title: Time to full resolution
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at
-- measure: duration
-- unit: minutes
-- better: lower
-- format: duration
-- tile: yes
-- level: Half of the tickets were solved within {value} {when}.
-- measures: how long it takes until a ticket is solved for the last time;
--   the open ones are still waiting and stay in the figure
-- not_measured: whether the customer agrees that it is solved
-- silent: cancelled, or solved at an unknown time
-- formula: median and 9th decile of created to last solved over all tickets
-- notes: a ticket marked solved or closed without a time is "time unknown" and
--   is left out, never counted as open. One whose status says open waits on,
--   whatever closing time it carries; cancelled and rejected ones are left out.
-- source: Kaplan & Meier 1958 for the waits that have not ended
select
    created_at as at,
    source,
    $dimensions,
    solved_at is not null as answered,
    case
        when solved_at is not null then solved_minutes
        when not is_done and not is_ended then waited_minutes
    end as minutes
from tickets
