-- Tickets as KPIs see them: done by their status, whether or not a time is known.
select
    *,
    coalesce(status in ('solved', 'closed'), false) as is_done
from stored
