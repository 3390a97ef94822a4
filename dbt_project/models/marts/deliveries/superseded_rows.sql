select
    feed,
    provider_type,
    provider_code,
    record_key,
    ended_how,
    _delivery_id as delivery_id,
    _sheet as sheet,
    _source_row as source_row,
    ended_by_delivery_id,
    ended_by_sheet,
    ended_by_source_row
from {{ ref('int_superseded_rows') }}
