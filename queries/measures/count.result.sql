-- A count is its own value.
select
    * exclude (n),
    n as value
from sums
where n > 0
