-- Which published rankings there are.
select
    publisher,
    category,
    list(distinct year order by year) as years
from rankings
group by publisher, category
order by publisher, category
