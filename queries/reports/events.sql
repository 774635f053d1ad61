-- Every dated remark and change of method, oldest first.
select
    cast(date as date) as day,
    text,
    coalesce(kind, 'note') as kind,
    kpi,
    dataset,
    $dimensions
from events
order by date, text
