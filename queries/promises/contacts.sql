-- One row a contact to which at least one promise applied: was every one kept?
-- Its date and its dimensions are those of its first row; of rows of the same
-- moment always the same one.
with first_rows as (
    select
        contact,
        min(kept) = 1 as is_perfect,
        bool_and(kind = 'surveys') as is_answer,
        min(struct_pack(
            "at" := "at",
            source := source,
            $dimensions
        )) as f
    from verdicts
    where contact is not null
    group by contact
)

select
    contact,
    f.*,
    is_perfect,
    is_answer
from first_rows
