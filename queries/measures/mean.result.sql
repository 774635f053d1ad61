-- Sum first, then divide; sd is the standard deviation of the values, none for
-- a single one. What the rounding of squares alone can leave is no scatter.
with divided as (
    select
        * exclude (numerator, squares),
        cast(numerator as double) as numerator,
        cast(numerator as double) / n as value,
        cast(squares as double) as squares
    from sums
    where n > 0
),

spread as (
    select
        *,
        case when n > 1 then (squares - numerator * value) / (n - 1) end
            as variance
    from divided
)

select
    * exclude (squares, variance),
    case
        when variance > 2e-9 + 2e-15 * value * value then sqrt(variance)
        when n > 1 then 0
    end as sd
from spread
