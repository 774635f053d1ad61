-- title: E-mails answered in time
-- group: replies
-- dataset: emails
-- needs: received_at, replied_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- promise: A reply within {reply_promise_hours} hours
-- measures: the share of e-mails answered by a person within the promised time
-- not_measured: whether the answer was right
-- formula: replied within the promise ÷ e-mails received whose promised time
--   has passed
-- notes: the e-mails that were never answered stay in the figure. An e-mail
--   counts only once its promised time has passed.
-- source: mystery-mail studies
with promised as (
    select
        *,
        received_at + to_hours($reply_promise_hours) as promised_at
    from emails
)

select
    received_at as at,
    source,
    brand,
    team,
    channel,
    topic,
    case
        when promised_at <= observed_until
            then coalesce(replied_at <= promised_at, false)
    end as value
from promised
