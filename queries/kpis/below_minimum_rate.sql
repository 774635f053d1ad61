-- title: Below the minimum
-- group: satisfaction
-- dataset: surveys
-- needs: perceived, minimum
-- measure: rate
-- unit: share
-- better: lower
-- format: 0.1 %
-- level: {value} got less than they would just accept {when}.
-- measures: the share of customers who got less than they would just accept
-- not_measured: those who did not answer; how far below it was
-- silent: no answer
-- formula: respondents with perceived < minimum ÷ respondents who gave both
-- source: LibQUAL+: below the zone of tolerance
select
    answered_or_invited_at as at,
    source,
    question,
    gap_scale as scale,
    $dimensions,
    gap_sign * (perceived - minimum) < 0 as value
from surveys
