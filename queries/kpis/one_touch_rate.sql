-- title: Solved with one reply
-- group: tickets
-- dataset: tickets
-- needs: created_at, solved_at | status, agent_replies
-- measure: rate
-- unit: share
-- better: higher
-- format: 0.1 %
-- level: {value} of solved tickets took one reply {when}.
-- measures: the share of solved tickets that took exactly one reply by an agent
-- not_measured: whether the customer had to ask elsewhere
-- silent: not solved, or no count of replies
-- formula: solved with exactly one agent reply ÷ solved
-- notes: recent months still move, as tickets are solved or reopened. Zendesk's
--   own formula also counts tickets solved with no reply at all.
-- source: Zendesk, "one-touch tickets", narrowed to exactly one
select
    created_at as at,
    source,
    $dimensions,
    case
        when solved_at is not null or is_done
            then agent_replies = 1
    end as value
from tickets
