select
    indicator_code,
    period_kind,
    period,
    is_of_events,
    is_base,
    first_day,
    last_day
from {{ ref('int_indicator_windows') }}
where period_kind <> 'year_to_date'
