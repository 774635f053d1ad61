-- title: Delivered on time
-- dataset: deliveries
-- needs: promised_at, delivered_at
-- matures: promised_at
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- headline: yes
-- promise: Delivered by the time that was promised for each order
-- level: {value} of orders came on time {when}.
-- measures: the share of orders delivered by the time promised for each
-- not_measured: whether what came was right; orders without a promised time
-- formula: delivered by the promised time ÷ orders whose promised time has
--   passed
-- notes: by date promised. Not delivered past the promise is missed. An order
--   counts only once its promised time has passed, even if it came earlier. A
--   promised day without a time lasts until its end.
-- source: on-time delivery, common practice of logistics
select
    promised_at as at,
    source,
    $dimensions,
    case
        when promised_until <= observed_until
            then coalesce(delivered_at <= promised_until, false)
    end as value
from deliveries
