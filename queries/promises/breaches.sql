-- For each contact and promise due in it: was the promise broken, and by how
-- many is the contact's failure shared?
with due as (
    select
        contact,
        promise,
        min(kept) = 0 as is_broken
    from verdicts
    where contact is not null
    group by contact, promise
)

select
    contact,
    promise,
    is_broken,
    count(*) filter (where is_broken) over (partition by contact) as broken
from due
