select
    delivery_id,
    feed,
    provider_code,
    sheet,
    source_row,
    column_name,
    rule,
    reason_zh,
    shown_value
from {{ ref('stg_quarantined_rows') }}
