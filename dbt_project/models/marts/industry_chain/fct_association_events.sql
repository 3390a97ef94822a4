-- One row per event or publication of an association.
select
    {{ surrogate_key(['provider_code', 'event_id']) }} as event_key,
    event_id,
    kind,
    title,
    held_on,
    district_code,
    participants,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_association_events') }}
where row_status = 'current'
