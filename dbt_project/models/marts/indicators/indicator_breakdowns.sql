with indicators as (
    select * from {{ ref('indicators') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

areas as (
    select * from {{ ref('indicator_values') }}
),

measures as (
    select * from {{ ref('int_indicator_measures') }}
    where dimension <> 'all'
)

select
    measures.indicator_code,
    measures.period_kind,
    measures.period,
    periods.period_start,
    periods.period_end,
    measures.area_code as district_code,
    measures.dimension,
    measures.member,
    measures.value,
    measures.numerator,
    measures.denominator,
    indicators.unit,
    measures.record_count,
    areas.obs_status
from measures
inner join indicators
    on measures.indicator_code = indicators.indicator_code
inner join periods
    on
        measures.period_kind = periods.period_kind
        and measures.period = periods.period
inner join areas
    on
        measures.indicator_code = areas.indicator_code
        and measures.period_kind = areas.period_kind
        and measures.period = areas.period
        and measures.area_code = areas.district_code
