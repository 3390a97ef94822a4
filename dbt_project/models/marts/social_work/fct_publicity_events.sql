-- One row per event of the publicity week.
select
    {{ surrogate_key(['provider_code', 'event_id']) }} as event_key,
    event_id,
    agency_uscc,
    title,
    held_on,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_publicity_events') }}
where row_status = 'current'
