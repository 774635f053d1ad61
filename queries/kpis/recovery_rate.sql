-- title: Dissatisfied, contacted again
-- group: satisfaction
-- dataset: surveys
-- needs: answered_at, csat, csat_scale, recontacted_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} of the dissatisfied were contacted again within
--   {recovery_days} days {when}.
-- measures: the share of dissatisfied customers who were contacted again in
--   time
-- not_measured: whether the contact mended anything; the dissatisfied who did
--   not answer
-- silent: not dissatisfied, or no answer
-- formula: contacted again within {recovery_days} days ÷ dissatisfied
--   respondents whose {recovery_days} days have passed
-- notes: dissatisfied are answers at the two worst points of the stated scale,
--   of a scale under 5 points at the worst point only. A respondent counts only
--   once the days have passed, even if contacted earlier.
-- source: closed-loop practice of survey programmes
select
    answered_or_invited_at as at,
    source,
    question,
    csat_scale as scale,
    $dimensions,
    case
        when
            answered_at + to_days($recovery_days)
            + case
                when answered_at_is_day then interval 1 day else interval 0 day
            end <= observed_until
            and abs(csat - (csat_low + csat_high - csat_best))
            <= case when csat_high - csat_low >= 4 then 1 else 0 end
            then
                coalesce(
                    recontacted_at <= answered_at + to_days($recovery_days),
                    false
                )
    end as value
from surveys
