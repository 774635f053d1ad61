-- title: Net Promoter Score
-- group: satisfaction
-- dataset: surveys
-- needs: nps
-- measure: nps
-- unit: points
-- better: higher
-- format: 0
-- tile: yes
-- level: The Net Promoter Score was {value} {when}.
-- measures: promoters (9 and 10) minus detractors (0 to 6), in % of answers
-- not_measured: those who did not answer, and what anyone then did
-- silent: no answer
-- formula: 100 × (promoters − detractors) ÷ valid answers
-- notes: from counts, rounded once. A scale without 0 is not comparable with
--   0–10.
-- source: Reichheld, Harvard Business Review 2003
select
    answered_or_invited_at as at,
    source,
    question,
    nps_scale as scale,
    $dimensions,
    case when nps_scale in ('0-10', '1-10') then nps end as value
from surveys
