-- title: Published score
-- group: rankings
-- dataset: rankings
-- needs: year, brand, score
-- measure: mean
-- unit: points
-- better: higher
-- format: 0.1
-- measures: what the publisher scored, by the publisher's method
-- not_measured: anything that the publisher did not look at; a change of
--   method breaks the comparison
-- formula: the published score
-- source: the publisher
select
    make_date(year, 1, 1) as at,
    source,
    publisher,
    category,
    $dimensions,
    score as value
from rankings
