-- title: First reply in time
-- group: tickets
-- dataset: tickets
-- needs: created_at, first_reply_at
-- matures: created_at + first_reply_promise_hours
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- tile: yes
-- promise: A first reply within {first_reply_promise_hours} hours
-- level: {value} of tickets had a first reply within
--   {first_reply_promise_hours} h {when}.
-- measures: the share of tickets first answered within the promised time
-- not_measured: whether the reply solved anything
-- silent: a day without a time
-- formula: first reply within the promise ÷ tickets received whose promised
--   time has passed
-- notes: a ticket counts only once its promised time has passed, even if it
--   was answered earlier; otherwise fast answers would count while slow ones
--   wait outside, and every month-end would seem to improve. Dates without times
--   say nothing of hours: they do not apply.
-- source: common practice of help desks
select
    created_at as at,
    source,
    $dimensions,
    case
        when reply_is_in_days then null
        when waited_minutes >= $first_reply_promise_hours * 60
            then
                first_reply_at is not null
                and first_reply_minutes <= $first_reply_promise_hours * 60
    end as value
from tickets
