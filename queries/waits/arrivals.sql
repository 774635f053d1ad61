-- When the customers of `chosen` wrote: by weekday (1 is Monday) and hour, in
-- the time zone of the warehouse, which its times are stored in.
select
    isodow("at") as weekday,
    hour("at") as hour,
    count(*) as n
from chosen
group by all
order by all
