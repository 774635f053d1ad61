-- Every dated remark and change of method, oldest first.
select
    cast(date as date) as day,
    text,
    coalesce(kind, 'note') as kind,
    kpi,
    dataset,
    brand,
    team,
    channel,
    topic
from events
order by date, text
