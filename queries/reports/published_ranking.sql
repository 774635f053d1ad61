-- One published ranking in two years.
select
    year,
    $dimensions,
    score,
    rank,
    rank_last,
    rank_band,
    method,
    field_size
from named.rankings
where
    publisher = $publisher
    and category is not distinct from $category
    and year in ($year, $year - 1)
