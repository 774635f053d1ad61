-- title: Survey response rate
-- group: satisfaction
-- dataset: surveys
-- needs: invited_at, answered_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- measures: the share of the invited who answered
-- not_measured: whether those who answered are like those who did not
-- formula: answered ÷ invited
-- source: AAPOR response rate 1
select
    invited_at as at,
    source,
    question,
    brand,
    team,
    channel,
    topic,
    answered_at is not null as value
from surveys
where invited_at is not null
