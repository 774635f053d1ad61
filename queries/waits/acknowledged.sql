-- Of the e-mails in `chosen`: how many a machine acknowledged, half of them
-- within how many minutes, and how many of those no person answered.
select
    count(*) as n,
    count(*) filter (where was_acknowledged) as acknowledged,
    count(*) filter (where was_acknowledged and not was_replied)
        as nothing_else,
    quantile_disc(
        date_diff('microsecond', received_at, acknowledged_at) / 6e7, 0.5
    ) as median
from chosen
where was_acknowledged is not null
