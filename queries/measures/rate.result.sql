-- Sum first, then divide.
select
    *,
    numerator / n as value,
    n as denominator
from sums
where n > 0
