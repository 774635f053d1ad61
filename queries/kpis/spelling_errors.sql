-- title: Spelling mistakes per reply
-- group: replies
-- dataset: emails
-- needs: received_at, spelling_errors
-- measure: mean
-- unit: mistakes per reply
-- better: lower
-- format: 0.01
-- measures: how many spelling mistakes a reply contains
-- not_measured: whether the reply was understood
-- silent: no reply, or not checked
-- formula: spelling mistakes ÷ replies that were checked
-- source: mystery-mail studies
select
    received_at as at,
    source,
    $dimensions,
    case
        when (was_replied is distinct from false) then spelling_errors
    end as value
from emails
