-- One row per appeal or suggestion, as last delivered.
select
    {{ surrogate_key(['provider_code', 'appeal_id']) }} as appeal_key,
    appeal_id,
    received_at,
    received_on,
    source_channel,
    category,
    uscc,
    due_date,
    closed_at,
    closed_on,
    result,
    satisfaction,
    district_code,
    closed_on <= due_date as is_on_time,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_appeals') }}
where row_status = 'current'
