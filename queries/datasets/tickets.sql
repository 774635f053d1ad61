-- Tickets as KPIs see them.
select * from stored
