-- Deliveries as KPIs see them: promised for a day without a time is promised
-- until the end of that day.
select
    *,
    case
        when promised_at = date_trunc('day', promised_at)
            then promised_at + interval 1 day - interval 1 microsecond
        else promised_at
    end as promised_until
from stored
