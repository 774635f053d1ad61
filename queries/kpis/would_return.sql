-- title: Would buy again
-- group: satisfaction
-- dataset: surveys
-- needs: would_return
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} would buy again {when}.
-- measures: the share of answers that say they would buy again
-- not_measured: whether they did: an intention is not behaviour
-- silent: no answer
-- formula: answers yes ÷ answers yes or no
-- source: common practice of survey research
select
    answered_or_invited_at as at,
    source,
    question,
    $dimensions,
    would_return as value
from surveys
