-- How each value of a dimension is shown, grouped and spelled, and what measures
-- of totals are called, by id. Files and pages write the same register:
-- whichever changed a value last counts.
with placed as (
    select
        entities.* replace (
            case
                when entities.dimension = 'kpi'
                    then regexp_replace(
                        trim(
                            regexp_replace(
                                lower(strip_accents(entities.value)),
                                '[^a-z0-9]+',
                                '_',
                                'g'
                            ),
                            '_'
                        ),
                        '^totals_',
                        ''
                    )
                else entities.value
            end as value
        ),
        uploads.position
    from entities
    left join uploads on entities.upload_id = uploads.upload_id
),

latest as (
    select *
    from placed
    qualify row_number() over (
        partition by dimension, value
        order by position desc nulls last
    ) = 1
)

select
    dimension,
    value,
    label,
    label_fr,
    in_group,
    same_as
from latest
where withdrawn is distinct from true
order by dimension, value
