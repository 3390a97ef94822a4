-- One row per record of volunteer service.
select
    {{ surrogate_key(['provider_code', 'record_id']) }} as hours_key,
    {{ foreign_key(['provider_code', 'volunteer_id']) }} as registration_key,
    record_id,
    volunteer_id,
    activity_id,
    category,
    district_code,
    served_on,
    hours,
    updated_at,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_volunteer_hours') }}
where row_status = 'current'
