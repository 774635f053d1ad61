-- title: E-mails answered in time
-- group: replies
-- dataset: emails
-- needs: received_at, replied_at
-- matures: received_at + reply_promise_hours
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- tile: yes
-- promise: A reply within {reply_promise_hours} hours
-- level: {value} of e-mails were answered within {reply_promise_hours} h
--   {when}.
-- measures: the share of e-mails answered by a person within the promised time
-- not_measured: whether the answer was right
-- silent: a day without a time
-- formula: replied within the promise ÷ e-mails received whose promised time
--   has passed
-- notes: the e-mails that were never answered stay in the figure. An e-mail
--   counts only once its promised time has passed. Dates without times say
--   nothing of hours: they do not apply.
-- source: mystery-mail studies
select
    received_at as at,
    source,
    $dimensions,
    case
        when reply_is_in_days then null
        when waited_minutes >= $reply_promise_hours * 60
            then
                replied_at is not null
                and reply_minutes <= $reply_promise_hours * 60
    end as value
from emails
