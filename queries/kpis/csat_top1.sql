-- title: Very satisfied (best point)
-- group: satisfaction
-- dataset: surveys
-- needs: csat, csat_scale
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- tile: yes
-- level: {value} were very satisfied {when}.
-- measures: the share of answers at the best point of the scale
-- not_measured: those who did not answer
-- silent: no answer
-- formula: answers at the best point ÷ valid answers
-- notes: Jones & Sasser found that only completely satisfied customers stayed;
--   that was one company's data, not a law.
-- source: Jones & Sasser, Harvard Business Review 1995
select
    answered_or_invited_at as at,
    source,
    question,
    csat_scale as scale,
    $dimensions,
    csat = csat_best as value
from surveys
