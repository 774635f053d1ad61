-- title: Satisfied (two best points)
-- group: satisfaction
-- dataset: surveys
-- needs: csat, csat_scale
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- tile: yes
-- level: {value} were satisfied {when}.
-- measures: the share of answers at the two best points of the scale
-- not_measured: those who did not answer, and whether the satisfied come back
-- silent: no answer, or a scale of under 5 points
-- formula: answers at the two best points ÷ valid answers
-- notes: "merely satisfied" is not loyal: read it beside the best point alone.
--   A scale under 5 points has a best point only and does not apply.
-- source: top-2-box, common practice of survey research
select
    answered_or_invited_at as at,
    source,
    question,
    csat_scale as scale,
    $dimensions,
    case
        when csat_high - csat_low >= 4
            then abs(csat - csat_best) <= 1
    end as value
from surveys
