-- title: Quality of replies
-- group: replies
-- dataset: emails
-- needs: received_at, quality_mark
-- measure: mean
-- unit: marks of 100
-- better: higher
-- format: 0.1
-- level: The quality of replies was marked {value} of 100 {when}.
-- measures: the mean quality mark of the replies, 0 to 100
-- not_measured: the e-mails that got no reply: they have no mark
-- silent: no reply, or no mark
-- formula: sum of quality marks ÷ replies with a mark
-- source: mystery-mail studies
select
    received_at as at,
    source,
    $dimensions,
    case
        when (was_replied is distinct from false) then quality_mark
    end as value
from emails
