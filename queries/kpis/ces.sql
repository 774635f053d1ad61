-- title: Found it easy
-- group: satisfaction
-- dataset: surveys
-- needs: ces
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} found it easy {when}.
-- measures: the share of answers that agree it was easy: 5 to 7 of 7
-- not_measured: those who did not answer, and those who gave up before they
--   were asked
-- silent: no answer
-- formula: answers 5, 6 and 7 ÷ valid answers on the scale 1 to 7
-- notes: the scale is fixed: 7 is full agreement that it was easy. Answers off
--   it are set aside.
-- source: Customer Effort Score 2.0 (CEB, now Gartner)
select
    answered_or_invited_at as at,
    source,
    question,
    $dimensions,
    ces >= 5 as value
from surveys
