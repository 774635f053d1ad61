-- title: Delivered correct and complete
-- dataset: deliveries
-- needs: promised_at, correct
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} of orders came correct and complete {when}.
-- measures: the share of orders of which it is known that all was right
-- not_measured: whether they came on time; orders that nobody checked
-- silent: nobody said whether all was right
-- formula: orders correct and complete ÷ orders of which it was said
-- notes: by date promised
-- source: order accuracy, the "in full" of on time in full
select
    promised_at as at,
    source,
    $dimensions,
    correct as value
from deliveries
