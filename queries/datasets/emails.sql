-- E-mails as KPIs see them: was a reply sent, as far as the export can tell?
select
    *,
    case
        when has_replied_at then replied_at is not null
        when has_replied then coalesce(replied, false)
    end as was_replied
from stored
