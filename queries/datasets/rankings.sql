-- Published rankings as KPIs see them.
select * from stored
