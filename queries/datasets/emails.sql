-- E-mails as KPIs see them: was a reply sent, and an automatic acknowledgement, as
-- far as the export can tell? Null: it does not say.
select
    *,
    case
        when has_replied_at then replied_at is not null
        when has_replied then coalesce(replied, false)
    end as was_replied,
    case
        when has_acknowledged_at then acknowledged_at is not null
    end as was_acknowledged
from stored
