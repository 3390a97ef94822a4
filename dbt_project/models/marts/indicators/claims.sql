with claims as (
    select * from {{ ref('printed_claims') }}
),

intervals as (
    select * from {{ ref('stg_claim_intervals') }}
),

yearly_values as (
    select
        indicator_code,
        cast(period as integer) as year,
        value,
        obs_status,
        reports_expected,
        reports_received
    from {{ ref('indicator_values') }}
    where period_kind = 'year' and district_code = '440300'
),

computed as (
    select
        claims.indicator_code,
        claims.year,
        claims.figure,
        claims.qualifier,
        intervals.above_year_before,
        case
            when intervals.above_year_before then a_year_before.value else cast(intervals.lower_bound as double)
        end as lower_bound,
        intervals.includes_lower_bound,
        cast(intervals.upper_bound as double) as upper_bound,
        intervals.includes_upper_bound,
        yearly_values.value,
        yearly_values.obs_status,
        yearly_values.reports_expected,
        yearly_values.reports_received
    from claims
    -- where a wording has no interval, the bounds' not-null constraints stop the build
    left join intervals
        on
            claims.qualifier = intervals.qualifier
            and claims.figure is not distinct from intervals.figure
    left join yearly_values
        on
            claims.indicator_code = yearly_values.indicator_code
            and claims.year = yearly_values.year
    left join yearly_values as a_year_before
        on
            claims.indicator_code = a_year_before.indicator_code
            and claims.year - 1 = a_year_before.year
)

select
    indicator_code,
    year,
    figure,
    qualifier,
    lower_bound,
    includes_lower_bound,
    upper_bound,
    includes_upper_bound,
    value,
    case
        when value is null or (above_year_before and lower_bound is null) then cast(null as boolean)
        else
            (value > coalesce(lower_bound, value - 1) or (includes_lower_bound and value = lower_bound))
            and (value < coalesce(upper_bound, value + 1) or (includes_upper_bound and value = upper_bound))
    end as holds,
    obs_status,
    reports_expected,
    reports_received
from computed
