-- Sum first, then divide.
select
    * exclude (numerator),
    cast(numerator as double) as numerator,
    cast(numerator as double) / n as value
from sums
where n > 0
