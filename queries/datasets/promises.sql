-- The register of promises. Files and pages write the same promise: whichever
-- changed it last counts. A target above 1 is in per cent, and a promise ends
-- where its next version, for the same people, begins.
with latest as (
    select *
    from stored
    qualify row_number() over (
        partition by promise_id, cast(valid_from as date), $dimensions
        order by position desc nulls last
    ) = 1
),

dated as (
    select
        * exclude (valid_from, valid_to, target, withdrawn, position),
        cast(valid_from as date) as first_day,
        cast(valid_to as date) as stated_end,
        case when target > 1 then target / 100 else target end as target,
        lead(cast(valid_from as date)) over (
            partition by promise_id, $dimensions
            order by valid_from
        ) as next_first_day
    from latest
    where withdrawn is distinct from true
)

select
    * exclude (stated_end, next_first_day),
    least(
        coalesce(stated_end, date '9999-12-31'),
        coalesce(next_first_day - 1, date '9999-12-31')
    ) as last_day
from dated
