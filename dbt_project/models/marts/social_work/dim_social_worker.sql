-- One row per version of a social worker on the register.
select
    {{ surrogate_key(['social_worker_id', 'valid_from']) }} as social_worker_version_key,
    {{ surrogate_key(['social_worker_id']) }} as social_worker_key,
    social_worker_id,
    id_card_pseudonym,
    level,
    certified_on,
    agency_uscc,
    left_on,
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
from {{ ref('int_social_worker_history') }}
