-- How far each source of each dataset was observed, by its published uploads.
select
    kind as dataset,
    source,
    sum(rows_accepted) as rows,
    cast(min(first_at) as date) as first,
    cast(max(last_at) as date) as last,
    max(observed_until) as observed_until
from uploads
where status = 'published' and observed_until is not null
group by kind, source
order by kind, source
