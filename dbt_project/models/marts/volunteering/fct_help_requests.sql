-- One row per request for help, as last delivered.
select
    {{ surrogate_key(['provider_code', 'request_id']) }} as request_key,
    request_id,
    kind,
    beneficiary,
    district_code,
    requested_at,
    requested_on,
    matched_at,
    matched_on,
    done_at,
    done_on,
    updated_at,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_help_requests') }}
where row_status = 'current'
