-- title: Above the desired
-- group: satisfaction
-- dataset: surveys
-- needs: perceived, desired | expected
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} got more than they wish {when}.
-- measures: the share of customers who got more than they wish for
-- not_measured: those who did not answer; whether more than the wish was worth
--   it
-- silent: no answer
-- formula: respondents with perceived > desired ÷ respondents who gave both; >
--   expected where a file has no desired
-- source: LibQUAL+: above the zone of tolerance
select
    answered_or_invited_at as at,
    source,
    question,
    gap_scale as scale,
    $dimensions,
    gap_sign * (perceived - wished) > 0 as value
from surveys
