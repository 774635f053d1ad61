-- One published ranking in two years.
select
    year,
    brand,
    team,
    channel,
    topic,
    score,
    rank,
    method,
    field_size
from rankings
where
    publisher = $publisher
    and category is not distinct from $category
    and year in ($year, $year - 1)
