-- One row per registration of a volunteer on a platform, as last delivered.
select
    {{ surrogate_key(['provider_code', 'volunteer_id']) }} as registration_key,
    volunteer_id,
    person_id,
    person_district_code,
    registered_on,
    person_registered_on,
    is_first_registration,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_volunteer_persons') }}
