-- title: Reopened
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at | status, reopens
-- measure: rate
-- unit: share
-- better: lower
-- format: 0.1 %
-- level: {value} of solved tickets were reopened {when}.
-- measures: the share of solved tickets that were opened again at least once
-- not_measured: customers who gave up, or opened a new ticket instead
-- silent: not solved, or no count of reopenings
-- formula: solved tickets reopened at least once ÷ solved
-- notes: recent months still move, as tickets can be reopened later.
-- source: common practice of help desks
select
    created_at as at,
    source,
    $dimensions,
    case
        when solved_at is not null or is_done
            then reopens >= 1
    end as value
from tickets
