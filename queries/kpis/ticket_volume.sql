-- title: Tickets received
-- group: tickets
-- dataset: tickets
-- needs: created_at
-- measure: count
-- unit: tickets
-- better: neither
-- format: 0
-- tile: yes
-- measures: how many tickets were created
-- not_measured: how hard they were, or contacts that never became a ticket
-- formula: tickets by month created
-- source: common practice of help desks
select
    created_at as at,
    source,
    $dimensions,
    1 as value
from tickets
