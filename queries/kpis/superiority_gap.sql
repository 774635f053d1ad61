-- title: Perceived above the desired
-- group: satisfaction
-- dataset: surveys
-- needs: perceived, desired | expected
-- measure: mean
-- unit: points of the scale
-- better: higher
-- format: 0.01
-- measures: by how much the service lies above what each customer wishes for;
--   mostly below 0
-- not_measured: those who did not answer; whether the wish can be met
-- silent: no answer
-- formula: mean of perceived − desired over the respondents who gave both; −
--   expected where a file has no desired
-- notes: counted towards the better end of the scale. A gap to the expected is
--   not a gap to the desired: do not compare the two.
-- source: LibQUAL+; SERVQUAL (Parasuraman, Zeithaml & Berry 1988) for −
--   expected
select
    answered_or_invited_at as at,
    source,
    question,
    gap_scale as scale,
    $dimensions,
    gap_sign * (perceived - wished) as value
from surveys
