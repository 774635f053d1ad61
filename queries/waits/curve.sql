-- The waits of `chosen` by group g, counted by how long they lasted: to the
-- minute up to two days, to a quarter of an hour up to 30 days, then to the day,
-- rounded up. The bounds of the ladder lie on these steps, so a share within a
-- bound is exact.
select
    g,
    case
        when minutes <= 2880 then ceil(minutes)
        when minutes <= 43200 then ceil(minutes / 15) * 15
        else ceil(minutes / 1440) * 1440
    end as lasted,
    answered,
    count(*) as n
from chosen
group by all
order by all
