with indicator_values as (
    select * from {{ ref('indicator_values') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

measures_to_date as (
    select * from {{ ref('int_indicator_measures') }}
    where period_kind = 'year_to_date' and dimension = 'all'
),

-- the month up to which a period, or what there is of it, goes
last_months as (
    select
        periods.period_kind,
        periods.period,
        periods.period_a_year_before,
        max(months.period) as last_month
    from periods
    inner join periods as months
        on
            months.period_kind = 'month'
            and months.period_end between periods.period_start and periods.period_end
    group by all
),

compared as (
    select
        indicator_values.*,
        indicators.kind,
        indicators.periods as period_kinds,
        previous.value as previous_value,
        year_before.value as year_before_value,
        measures_to_date.value as value_to_date,
        case
            when previous.value is null and year_before.value is null then false
            else
                indicator_values.obs_status = 'A'
                and (previous.value is null or previous.obs_status = 'A')
                and (year_before.value is null or year_before.obs_status = 'A')
        end as is_comparable
    from indicator_values
    inner join indicators
        on indicator_values.indicator_code = indicators.indicator_code
    inner join last_months
        on
            indicator_values.period_kind = last_months.period_kind
            and indicator_values.period = last_months.period
    left join indicator_values as previous
        on
            indicator_values.indicator_code = previous.indicator_code
            and indicator_values.period_kind = previous.period_kind
            and indicator_values.district_code = previous.district_code
            and {{ add_days('indicator_values.period_start', -1) }} = previous.period_end
    left join indicator_values as year_before
        on
            indicator_values.indicator_code = year_before.indicator_code
            and indicator_values.period_kind = year_before.period_kind
            and indicator_values.district_code = year_before.district_code
            and last_months.period_a_year_before = year_before.period
    left join measures_to_date
        on
            indicator_values.indicator_code = measures_to_date.indicator_code
            and last_months.last_month = measures_to_date.period
            and indicator_values.district_code = measures_to_date.area_code
)

select
    indicator_code,
    period_kind,
    period,
    district_code,
    value,
    previous_value,
    value - previous_value as previous_change,
    100 * (value - previous_value) / nullif(abs(previous_value), 0) as previous_percent,
    year_before_value,
    value - year_before_value as year_before_change,
    100 * (value - year_before_value) / nullif(abs(year_before_value), 0) as year_before_percent,
    case
        when kind not in ('flow', 'ratio') then cast(null as double)
        when not {{ is_listed("'month'", 'period_kinds') }} then value
        when kind = 'flow' and value is not null then coalesce(value_to_date, 0)
        else value_to_date
    end as year_to_date,
    is_comparable
from compared
