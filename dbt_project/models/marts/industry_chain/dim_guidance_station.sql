-- One row per version of a guidance station or secretary studio.
select
    {{ surrogate_key(['provider_code', 'station_id', 'valid_from']) }} as station_version_key,
    {{ surrogate_key(['provider_code', 'station_id']) }} as station_key,
    station_id,
    name,
    kind,
    park,
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
from {{ ref('int_guidance_station_history') }}
