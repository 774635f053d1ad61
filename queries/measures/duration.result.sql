-- Shares of ALL, the unanswered included; quantiles come from the rows.
select * from sums
where n > 0
