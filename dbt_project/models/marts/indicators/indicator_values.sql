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

seals as (
    select * from {{ ref('int_indicator_seals') }}
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
        measures.value,
        measures.numerator,
        measures.denominator,
        coalesce(measures.record_count, 0) as record_count
    from expected_values
    left join measures
        on
            expected_values.indicator_code = measures.indicator_code
            and expected_values.period_kind = measures.period_kind
            and expected_values.period = measures.period
            and expected_values.district_code = measures.area_code
),

covered as (
    select
        measured.*,
        coalesce(a_year_before.value, 0) as base_value,
        coalesce(coverage.providers_expected, 0) as providers_expected,
        coalesce(coverage.providers_reported, 0) as providers_reported,
        coalesce(coverage.providers_carried_forward, 0) as providers_carried_forward,
        coalesce(coverage.providers_missing, 0) as providers_missing,
        coalesce(coverage.reports_expected, 0) as reports_expected,
        coalesce(coverage.reports_received, 0) as reports_received,
        coalesce(coverage.rows_refused, 0) as rows_refused,
        coalesce(coverage.carries_records, false) as carries_records,
        measured.record_count > 0 or coalesce(coverage.is_received, false) as is_known,
        measured.kind <> 'growth' or coalesce(coverage.has_base, false) as has_base,
        nights.night_on > seals.last_due_on as is_sealed
    from measured
    cross join nights
    inner join seals
        on
            measured.indicator_code = seals.indicator_code
            and measured.period_kind = seals.period_kind
            and measured.period = seals.period
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
)

select
    indicator_code,
    period_kind,
    period,
    period_start,
    period_end,
    district_code,
    case
        when not is_known or not has_base then cast(null as double)
        when kind = 'ratio' then value
        when kind = 'growth' then coalesce(value, 0) - base_value
        else coalesce(value, 0)
    end as value,
    case when kind = 'ratio' and is_known then coalesce(numerator, 0) end as numerator,
    case when kind = 'ratio' and is_known then coalesce(denominator, 0) end as denominator,
    unit,
    record_count,
    providers_expected,
    providers_reported,
    providers_carried_forward,
    providers_missing,
    reports_expected,
    reports_received,
    rows_refused,
    case
        when providers_missing > 0 or (is_sealed and not (is_known and has_base)) then 'L'
        when providers_carried_forward > 0 or carries_records then 'I'
        when not is_sealed then 'P'
        else 'A'
    end as obs_status,
    is_sealed
from covered
