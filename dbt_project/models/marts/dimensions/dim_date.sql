select
    date_on,
    {{ period_name('year', 'date_on') }} as year_period,
    {{ period_name('quarter', 'date_on') }} as quarter_period,
    {{ period_name('month', 'date_on') }} as month_period,
    {{ period_start('week', 'date_on') }} as week_starts_on,
    is_working_day,
    holiday_name_zh,
    holiday_name_en,
    {{ not_delivered() }}
from {{ ref('stg_calendar') }}
