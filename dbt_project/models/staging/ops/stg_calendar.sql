select
    date_on,
    is_working_day,
    holiday_name_zh,
    holiday_name_en
from {{ source('ops', 'calendar') }}
