-- Every dated remark and change of method, oldest first. Files and pages write
-- the same event: whichever wrote it last counts.
with placed as (
    select
        events.* exclude (row_no),
        uploads.position
    from named.events as events
    left join uploads on events.upload_id = uploads.upload_id
),

latest as (
    select *
    from placed
    qualify row_number() over (
        partition by
            cast(date as date), text, coalesce(kind, 'note'), kpi, dataset,
            $dimensions
        order by position desc nulls last
    ) = 1
)

select
    cast(date as date) as day,
    text,
    text_fr,
    coalesce(kind, 'note') as kind,
    kpi,
    dataset,
    $dimensions
from latest
where withdrawn is distinct from true
order by date, text, kpi, dataset, $dimensions
