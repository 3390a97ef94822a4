select
    delivery_id,
    feed,
    provider_code,
    sheet,
    source_row,
    column_name,
    rule,
    reason_zh,
    shown_value,
    record_key
from {{ source('ops', 'quarantined_rows') }}
