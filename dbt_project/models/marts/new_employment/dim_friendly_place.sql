-- One row per version of a friendly scene, merchant or studio.
select
    {{ surrogate_key(['provider_code', 'place_id', 'valid_from']) }} as place_version_key,
    {{ surrogate_key(['provider_code', 'place_id']) }} as place_key,
    {{ foreign_key(['district_code', 'street']) }} as street_key,
    place_id,
    name,
    category,
    street,
    longitude,
    latitude,
    opened_on,
    closed_on,
    district_code,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    is_latest_version,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_friendly_place_history') }}
