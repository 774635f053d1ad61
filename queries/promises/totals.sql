-- Promises that a totals file counts: sums of a month, no single contacts.
select
    p.promise_id as promise,
    'totals' as kind,
    null as contact,
    t.source,
    cast(t.month as timestamp) as "at",
    t.* exclude (source, month, kpi)
from (
    select
        source,
        month,
        kpi,
        $dimensions,
        due,
        kept
    from named.totals
) as t
inner join promises as p on 'totals_' || t.kpi = p.kpi
where
    t.month between p.first_day and p.last_day
