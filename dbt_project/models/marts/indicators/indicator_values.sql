with indicators as (
    select * from {{ ref('indicators') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

nights as (
    select * from {{ ref('stg_night') }}
),

windows as (
    select * from {{ ref('int_indicator_windows') }}
    where is_of_events
),

slices as (
    select * from {{ ref('int_indicator_slices') }}
    where dimension = 'all'
),

districts as (
    select * from {{ ref('districts') }}
),

measures as (
    select * from {{ ref('int_indicator_measures') }}
    where dimension = 'all'
),

coverage as (
    select * from {{ ref('int_indicator_coverage') }}
),

due_days as (
    select
        indicator_code,
        max(due_days) as due_days
    from {{ ref('int_indicator_feeds') }}
    group by all
),

expected_values as (
    select
        indicators.indicator_code,
        indicators.kind,
        indicators.unit,
        periods.period_kind,
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.period_a_year_before,
        districts.district_code
    from indicators
    inner join windows
        on indicators.indicator_code = windows.indicator_code
    inner join periods
        on
            windows.period_kind = periods.period_kind
            and windows.period = periods.period
    inner join slices
        on indicators.indicator_code = slices.indicator_code
    inner join districts
        on (slices.level = 'city') = districts.is_city
),

measured as (
    select
        expected_values.*,
        case when expected_values.kind = 'ratio' then measures.value else coalesce(measures.value, 0) end as value,
        case when expected_values.kind = 'ratio' then coalesce(measures.numerator, 0) end as numerator,
        case when expected_values.kind = 'ratio' then coalesce(measures.denominator, 0) end as denominator,
        coalesce(measures.record_count, 0) as record_count
    from expected_values
    left join measures
        on
            expected_values.indicator_code = measures.indicator_code
            and expected_values.period_kind = measures.period_kind
            and expected_values.period = measures.period
            and expected_values.district_code = measures.area_code
)

select
    measured.indicator_code,
    measured.period_kind,
    measured.period,
    measured.period_start,
    measured.period_end,
    measured.district_code,
    case
        when measured.kind <> 'growth' then measured.value
        when coverage_a_year_before.providers_reported + coverage_a_year_before.providers_carried_forward > 0
            then measured.value - a_year_before.value
    end as value,
    measured.numerator,
    measured.denominator,
    measured.unit,
    measured.record_count,
    coalesce(coverage.providers_expected, 0) as providers_expected,
    coalesce(coverage.providers_reported, 0) as providers_reported,
    coalesce(coverage.providers_carried_forward, 0) as providers_carried_forward,
    coalesce(coverage.providers_missing, 0) as providers_missing,
    coalesce(nights.night_on > {{ add_days('measured.period_end', 'due_days.due_days') }}, false) as is_sealed
from measured
cross join nights
left join measured as a_year_before
    on
        measured.indicator_code = a_year_before.indicator_code
        and measured.period_kind = a_year_before.period_kind
        and measured.period_a_year_before = a_year_before.period
        and measured.district_code = a_year_before.district_code
left join coverage
    on
        measured.indicator_code = coverage.indicator_code
        and measured.period_kind = coverage.period_kind
        and measured.period = coverage.period
        and measured.district_code = coverage.area_code
left join coverage as coverage_a_year_before
    on
        measured.indicator_code = coverage_a_year_before.indicator_code
        and measured.period_kind = coverage_a_year_before.period_kind
        and measured.period_a_year_before = coverage_a_year_before.period
        and measured.district_code = coverage_a_year_before.area_code
left join due_days
    on measured.indicator_code = due_days.indicator_code
