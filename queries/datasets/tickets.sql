-- Tickets as KPIs see them: the status comes before the times. An open ticket is
-- open, whatever closing time it still carries; merged, duplicate, spam and test
-- tickets are none of their own; a cancelled one ended, and was not solved. What
-- a status means is one list; of one that is not in it the times decide.
with meanings as (
    select
        unnest($status_words) as word,
        unnest($status_meanings) as meaning
),

known as (
    select
        stored.*,
        -- A status in no list may tell why a ticket ended, with a rest.
        coalesce(
            meanings.meaning,
            case
                when status_is_ended then 'ended'
                when status_is_no_contact then 'no_contact'
            end
        ) as meaning
    from stored
    left join meanings on lower(strip_accents(stored.status)) = meanings.word
)

select
    * exclude (solved_at, due_at),
    case when coalesce(meaning, 'solved') = 'solved' then solved_at end
        as solved_at,
    -- Solved, whether or not a time is known.
    coalesce(
        meaning = 'solved' or (meaning is null and solved_at_is_unknown), false
    ) as is_done,
    coalesce(meaning = 'ended', false) as is_ended,
    -- A day without a time lasts to its end.
    case
        when due_at_is_day then due_at + interval 1 day - interval 1 microsecond
        else due_at
    end as due_at,
    first_reply_at_is_day as reply_is_in_days,
    $minutes_until(created_at, first_reply_at) as first_reply_minutes,
    $minutes_between(created_at, solved_at) as solved_minutes,
    (observed_until_instant - created_at_instant) / 6e7 as waited_minutes
from known
where meaning is distinct from 'no_contact'
