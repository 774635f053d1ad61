-- A row that is itself a sum: due and kept of a month.
select
    * exclude ("at", due, kept),
    cast("at" as date) as day,
    due as n,
    kept as numerator
from kpi_rows
