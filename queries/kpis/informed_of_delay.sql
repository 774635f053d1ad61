-- title: Told of the delay
-- dataset: deliveries
-- needs: promised_at, delivered_at, informed
-- matures: promised_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} of those whose order was late were told {when}.
-- measures: the share of late orders whose customer was told
-- not_measured: whether they were told before the promised time, and kindly
-- silent: not late, or nobody said
-- formula: late orders whose customer was told ÷ late orders of which it was
--   said
-- notes: by date promised. Late is not delivered by the promised time, once
--   that has passed.
-- source: proactive delay notice, common practice of logistics
select
    promised_at as at,
    source,
    $dimensions,
    case
        when
            promised_until <= observed_until
            and coalesce(delivered_at > promised_until, true)
            then informed
    end as value
from deliveries
