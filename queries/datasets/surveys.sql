-- Survey rows as KPIs see them: each scale taken apart into its ends. The best
-- end is the high one unless `:best` names the other.
with stated as (
    select
        * exclude (nps_scale),
        coalesce(answered_at, invited_at) as answered_or_invited_at,
        coalesce(nps_scale, '0-10') as nps_scale,
        regexp_extract(
            csat_scale, '^(\d+)-(\d+)(?::(\d+))?$', ['low', 'high', 'best']
        ) as ends
    from stored
)

select
    * exclude (ends),
    try_cast(ends.low as integer) as csat_low,
    try_cast(ends.high as integer) as csat_high,
    coalesce(try_cast(ends.best as integer), try_cast(ends.high as integer))
        as csat_best,
    -- A gap counts towards the better end, whichever that is.
    case when contains(gap_scale, ':') then -1 else 1 end as gap_sign,
    case when has_desired then desired else expected end as wished
from stated
