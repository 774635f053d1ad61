-- title: Mystery-mail index
-- group: replies
-- dataset: emails
-- needs: received_at, replied_at, quality_mark, welcome_mark
-- measure: mean
-- unit: marks of 100
-- better: higher
-- format: 0.1
-- headline: yes
-- level: The mystery-mail index stood at {value} of 100 {when}.
-- measures: answers to a few test e-mails: how fast, how good, how welcoming
-- not_measured: the whole of customer relations: no shop, no telephone, no
--   complaint that took a month
-- silent: a mark is missing, or a day without a time
-- formula: per e-mail {mystery_delay_weight}% delay, {mystery_quality_weight}%
--   quality, {mystery_welcome_weight}% welcome; the index is their mean. Delay
--   scores 100 up to {mystery_full_marks_hours} h and falls in a straight line
--   to 0 at {mystery_no_marks_hours} h
-- notes: an unanswered e-mail scores 0; an answered one with a mark missing
--   does not apply. Published studies changed their weights from year to year:
--   a change of method breaks the line. Dates without times say nothing of
--   hours: they do not apply.
-- source: mystery-mail studies (delay, quality, welcome)
select
    received_at as at,
    source,
    $dimensions,
    case
        when reply_is_in_days then null
        when replied_at is null then 0
        else (
            $mystery_delay_weight * (100 * least(1, greatest(
                0,
                ($mystery_no_marks_hours - reply_minutes / 60)
                / ($mystery_no_marks_hours - $mystery_full_marks_hours)
            )))
            + $mystery_quality_weight * quality_mark
            + $mystery_welcome_weight * welcome_mark
        ) / (
            $mystery_delay_weight
            + $mystery_quality_weight
            + $mystery_welcome_weight
        )
    end as value
from emails
where mystery is distinct from false
