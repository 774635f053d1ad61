-- title: Time to full resolution
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at
-- measure: duration
-- unit: minutes
-- better: lower
-- format: duration
-- measures: how long it takes until a ticket is solved for the last time;
--   the open ones are still waiting and stay in the figure
-- not_measured: whether the customer agrees that it is solved
-- formula: median and 9th decile of created to last solved over all tickets
-- notes: a ticket marked solved or closed without a time is "time unknown" and
--   is left out, never counted as open.
-- source: Kaplan & Meier 1958 for the waits that have not ended
select
    created_at as at,
    source,
    brand,
    team,
    channel,
    topic,
    solved_at is not null as answered,
    case
        when solved_at is not null or not is_done
            then date_diff(
                'microsecond', created_at, coalesce(solved_at, observed_until)
            ) / 6e7
    end as minutes
from tickets
