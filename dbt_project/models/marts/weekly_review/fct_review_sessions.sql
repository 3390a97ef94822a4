-- One row per session of the weekly review.
select
    {{ surrogate_key(['provider_code', 'session_id']) }} as session_key,
    session_id,
    level,
    held_on,
    theme,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_review_sessions') }}
where row_status = 'current'
