-- title: Time to first reply
-- group: tickets
-- dataset: tickets
-- needs: created_at, first_reply_at
-- measure: duration
-- unit: minutes
-- better: lower
-- format: duration
-- tile: yes
-- level: Half of the tickets had a first reply within {value} {when}.
-- measures: how long customers wait for the first public reply by a person;
--   the unreplied are still waiting and stay in the figure
-- not_measured: whether the reply helped
-- formula: median and 9th decile of created to first reply over all tickets
--   received; a ticket without a reply is a wait that has not ended
-- notes: elapsed time, nights and weekends included. Never the mean of the
--   replied ones: that would leave out whoever was never answered. Bots do not
--   count as a reply. Dates without times give whole days.
-- source: Kaplan & Meier 1958 for the waits that have not ended
select
    created_at as at,
    source,
    $dimensions,
    first_reply_at is not null as answered,
    first_reply_minutes as minutes
from tickets
