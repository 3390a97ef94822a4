with indicators as (
    select * from {{ ref('indicators') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

districts as (
    select * from {{ ref('districts') }}
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
    measures.record_count
from measures
inner join indicators
    on measures.indicator_code = indicators.indicator_code
inner join periods
    on
        measures.period_kind = periods.period_kind
        and measures.period = periods.period
inner join districts
    on measures.area_code = districts.district_code
