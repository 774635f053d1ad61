-- From counts, so that nothing is rounded twice.
select
    *,
    promoters - detractors as numerator,
    100 * (promoters - detractors) / n as value
from sums
where n > 0
