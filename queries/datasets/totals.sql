-- Totals as KPIs see them.
select * from stored
