-- One row per suggestion, as last delivered.
select
    {{ surrogate_key(['provider_code', 'suggestion_id']) }} as suggestion_key,
    suggestion_id,
    received_on,
    category,
    campaign,
    adopted as is_adopted,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_suggestions') }}
where row_status = 'current'
