select
    indicator_code,
    period_kind,
    period,
    district_code,
    value,
    is_sealed
from {{ source('ops', 'previous_indicator_values') }}
