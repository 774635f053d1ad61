-- title: Time to reply
-- group: replies
-- dataset: emails
-- needs: received_at, replied_at
-- measure: duration
-- unit: minutes
-- better: lower
-- format: duration
-- tile: yes
-- level: Half of the e-mails were answered within {value} {when}.
-- measures: how long customers wait for a reply by a person; the unanswered
--   are still waiting and stay in the figure
-- not_measured: whether the reply helped
-- formula: median and 9th decile of received to first reply over all e-mails;
--   "not reached" when fewer were answered
-- notes: elapsed time, nights and weekends included. An automatic
--   acknowledgement is not a reply. Dates without times give whole days.
-- source: Kaplan & Meier 1958 for the waits that have not ended
select
    received_at as at,
    source,
    $dimensions,
    replied_at is not null as answered,
    reply_minutes as minutes
from emails
