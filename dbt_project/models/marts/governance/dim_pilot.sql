-- One row per version of a pilot zone or community.
select
    {{ surrogate_key(['provider_code', 'pilot_id', 'valid_from']) }} as pilot_version_key,
    {{ surrogate_key(['provider_code', 'pilot_id']) }} as pilot_key,
    pilot_id,
    pilot,
    name,
    started_on,
    senior_social_worker_id,
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
from {{ ref('int_pilot_history') }}
