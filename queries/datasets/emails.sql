-- E-mails as KPIs see them: was a reply sent, and an automatic acknowledgement, as
-- far as the export can tell? Null: it does not say. How long the reply took, or
-- is waited for; of days without times in days.
select
    *,
    case
        when has_replied_at then replied_at is not null
        when has_replied then coalesce(replied, false)
    end as was_replied,
    case
        when has_acknowledged_at then acknowledged_at is not null
    end as was_acknowledged,
    replied_at_is_day as reply_is_in_days,
    $minutes_until(received_at, replied_at) as reply_minutes,
    (observed_until_instant - received_at_instant) / 6e7 as waited_minutes
from stored
