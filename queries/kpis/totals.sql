-- title: Promises counted by month
-- group: totals
-- dataset: totals
-- family: kpi
-- needs: month, kpi, due, kept
-- measure: ratio
-- unit: share
-- better: higher
-- format: 0.1 %
-- measures: the share of a promise kept, as counted by whoever sent the file
-- not_measured: how it was counted
-- formula: kept ÷ due, summed first, then divided
-- source: the file's own counts
select
    kpi,
    month as at,
    source,
    $dimensions,
    due,
    kept
from totals
