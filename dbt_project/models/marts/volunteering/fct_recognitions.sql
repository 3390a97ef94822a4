-- One row per award or model case.
select
    {{ surrogate_key(['provider_code', 'recognition_id']) }} as recognition_key,
    recognition_id,
    award,
    level,
    recipient,
    category,
    awarded_on,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_recognitions') }}
where row_status = 'current'
