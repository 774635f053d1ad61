-- title: Survey response rate
-- group: satisfaction
-- dataset: surveys
-- needs: invited_at, answered_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- across_rows: yes
-- level: {value} of the invited answered {when}.
-- measures: the share of the invited who answered
-- not_measured: whether those who answered are like those who did not
-- formula: persons who answered ÷ persons invited; by invitation where the file
--   does not say whose it is
-- notes: where the contact id is known, invitations of one person within 90 days
--   of the first are one, dated by the first: a reminder is no second person.
-- source: AAPOR response rate 1
with invited as (
    select
        *,
        date_diff(
            'day',
            min(invited_at) over (
                partition by source, question, brand, contact_id
            ),
            invited_at
        ) // 90 as wave
    from surveys
    where invited_at is not null
),

persons as (
    select
        source,
        question,
        -- All of one row: a reminder fills nothing in.
        min(struct_pack("at" := invited_at, $dimensions)) as f,
        bool_or(answered_at is not null) as value
    from invited
    where contact_id is not null
    group by source, question, brand, contact_id, wave
)

select
    f.*,
    source,
    question,
    value
from persons
union all by name
select
    invited_at as "at",
    source,
    question,
    $dimensions,
    answered_at is not null as value
from invited
where contact_id is null
