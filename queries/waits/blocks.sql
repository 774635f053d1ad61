-- The waits of `chosen` in groups g of a weekday (1 is Monday) and a block of
-- $hours hours, named by its first.
select
    struct_pack(
        weekday := isodow("at"), hour := hour("at") // $hours * $hours
    ) as g,
    minutes,
    answered
from chosen
