-- Every upload, oldest first.
select
    upload_id,
    position as version,
    uploaded_at,
    uploaded_by,
    file,
    kind,
    source,
    status,
    superseded_by,
    rows_read,
    rows_accepted,
    rows_rejected,
    first_at,
    last_at,
    words,
    outcome
from uploads
order by position
