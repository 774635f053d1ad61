-- A row enters the stock on one day and may leave it on another.
select
    * exclude (entered_at, left_at),
    cast(entered_at as date) as day,
    cast(entered_at is not null as integer) as entered,
    0 as gone
from kpi_rows
union all by name
select
    * exclude (entered_at, left_at),
    cast(left_at as date) as day,
    0 as entered,
    cast(left_at is not null as integer) as gone
from kpi_rows
where left_at is not null
