-- title: Promises kept
-- dataset: promises
-- needs: promise_id, kpi, valid_from
-- measure: ratio
-- unit: share
-- better: higher
-- format: 0.1 %
-- headline: yes
-- level: {value} of what was promised was kept {when}.
-- measures: the share of promises of the register that were kept, each by its
--   own limit, from its first day to its last
-- not_measured: promises that no file measures; rows that no promise binds
-- formula: kept ÷ due, summed first, then divided
-- notes: by the date of each row. A promise with a time is due only once that
--   time has passed. One that could not apply is not due, and not broken.
-- source: the company's own register of promises
select
    "at",
    source,
    promise,
    $dimensions,
    due,
    kept,
    kind = 'surveys' as is_answer
from verdicts
