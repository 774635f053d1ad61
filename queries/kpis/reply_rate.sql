-- title: E-mails answered
-- group: replies
-- dataset: emails
-- needs: received_at, replied_at | replied
-- matures: received_at + reply_within_days
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- tile: yes
-- promise: Every e-mail is answered within {reply_within_days} days
-- level: {value} of e-mails were answered {when}.
-- measures: the share of e-mails answered by a person
-- not_measured: whether the answer was right; an automatic acknowledgement is
--   not a reply
-- formula: replied within {reply_within_days} days ÷ e-mails received that are
--   at least that old
-- notes: by date received. Audits that only say yes or no are final as they
--   stand.
-- source: mystery-mail studies
select
    received_at as at,
    source,
    $dimensions,
    case
        when not has_replied_at then coalesce(replied, false)
        when
            received_at + to_days($reply_within_days)
            + case
                when received_at_is_day then interval 1 day else interval 0 day
            end <= observed_until
            then
                coalesce(
                    replied_at <= received_at + to_days($reply_within_days),
                    false
                )
    end as value
from emails
