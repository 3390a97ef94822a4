select
    indicator_code,
    period_kind,
    period,
    district_code,
    old_value,
    new_value,
    published_at,
    caused_by_delivery_id
from {{ source('ops', 'previous_restatements') }}
