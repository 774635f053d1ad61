-- title: Perfect contacts
-- dataset: promises
-- needs: promise_id, kpi, valid_from
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} of contacts were perfect {when}.
-- measures: the share of contacts for which every promise that applied was kept
-- not_measured: what was promised to nobody
-- formula: contacts with every applicable promise kept ÷ contacts to which a
--   promise applied
-- notes: counted contact by contact, never a product of rates. A contact is one
--   contact id across files, where it is mapped; else one row of one file. Its
--   date is that of its first row.
-- source: perfect order rate, common practice of logistics
select
    "at",
    source,
    $dimensions,
    is_perfect as value,
    is_answer
from contacts
