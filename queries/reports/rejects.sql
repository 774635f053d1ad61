-- The rows that an upload set aside, with their reasons.
select
    record,
    reasons,
    cells
from rejects
where upload_id = $upload_id
order by record
limit $limit
