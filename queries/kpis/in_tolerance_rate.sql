-- title: In the zone of tolerance
-- group: satisfaction
-- dataset: surveys
-- needs: perceived, minimum, desired
-- measure: rate
-- unit: share
-- better: neither
-- format: 0.1 %
-- level: {value} got what they accept {when}.
-- measures: the share of customers who got at least what they would just accept
--   and at most what they wish for
-- not_measured: those who did not answer
-- silent: no answer
-- formula: respondents with minimum ≤ perceived ≤ desired ÷ respondents who
--   gave all three
-- notes: both ends belong to the zone. With the shares below the minimum and
--   above the desired it adds up to 100%, unless someone's minimum lies above
--   the desired.
-- source: zone of tolerance: Parasuraman, Berry & Zeithaml 1991
select
    answered_or_invited_at as at,
    source,
    question,
    gap_scale as scale,
    $dimensions,
    case
        when
            perceived is not null
            and minimum is not null
            and desired is not null
            then
                gap_sign * (perceived - minimum) >= 0
                and gap_sign * (perceived - desired) <= 0
    end as value
from surveys
