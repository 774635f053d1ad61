-- title: Perceived above the minimum
-- group: satisfaction
-- dataset: surveys
-- needs: perceived, minimum
-- measure: mean
-- unit: points of the scale
-- better: higher
-- format: 0.01
-- measures: by how much the service lies above what each customer would just
--   accept
-- not_measured: those who did not answer; whether what they accept is much
-- silent: no answer
-- formula: mean of perceived − minimum over the respondents who gave both
-- notes: counted towards the better end of the scale. Without a stated scale it
--   is a series of its own, and the high end counts as the best.
-- source: LibQUAL+, after Parasuraman, Berry & Zeithaml 1991
select
    answered_or_invited_at as at,
    source,
    question,
    gap_scale as scale,
    $dimensions,
    gap_sign * (perceived - minimum) as value
from surveys
