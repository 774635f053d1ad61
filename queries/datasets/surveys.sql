-- Survey rows as KPIs see them: each scale taken apart into its ends.
select
    * exclude (nps_scale),
    coalesce(answered_at, invited_at) as answered_or_invited_at,
    coalesce(nps_scale, '0-10') as nps_scale,
    scale_low(csat_scale) as csat_low,
    scale_high(csat_scale) as csat_high,
    scale_best(csat_scale) as csat_best
from stored
