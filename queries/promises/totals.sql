-- Promises that a totals file counts: sums of a month, no single contacts.
select
    p.promise_id as promise,
    'totals' as kind,
    null as contact,
    t.source,
    cast(t.month as timestamp) as "at",
    t.brand,
    t.team,
    t.channel,
    t.topic,
    t.due,
    t.kept
from main.totals as t
inner join promises as p on 'totals_' || t.kpi = p.kpi
where
    t.month between p.first_day and p.last_day
    and (p.brand is null or p.brand = t.brand)
    and (p.team is null or p.team = t.team)
    and (p.channel is null or p.channel = t.channel)
    and (p.topic is null or p.topic = t.topic)
