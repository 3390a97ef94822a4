-- What stocks amount to at the end of each period: one row per indicator, period, area (district or city), dimension
-- and member that has a record in force on that day. Many periods end on one day; each day is counted once.
with observations as (
    select * from {{ ref('int_observations') }}
),

slices as (
    select * from {{ ref('int_indicator_slices') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

period_ends as (
    select distinct period_end from periods
),

entities as (
    select
        slices.slice_number,
        period_ends.period_end,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.entity_id,
        max(
            case
                when coalesce(observations.numerator_on, period_ends.period_end) <= period_ends.period_end
                    then observations.numerator
            end
        ) as numerator,
        max(observations.denominator) as denominator,
        count(*) as record_count
    from observations
    inner join slices
        on
            observations.indicator_code = slices.indicator_code
            and slices.kind <> 'flow'
    inner join period_ends
        on
            observations.valid_from <= period_ends.period_end
            and coalesce(observations.valid_to, date '9999-12-31') > period_ends.period_end
    where observations.observed_on is null
    group by all
),

counts as (
    select
        slice_number,
        period_end,
        area_code,
        member,
        count(*) as entities,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(record_count) as record_count
    from entities
    group by all
)

select
    slices.indicator_code,
    periods.period_kind,
    periods.period,
    counts.area_code,
    slices.dimension,
    counts.member,
    cast(counts.entities as bigint) as entities,
    cast(counts.numerator as decimal(38, 4)) as numerator,
    cast(counts.denominator as decimal(38, 4)) as denominator,
    cast(counts.record_count as bigint) as record_count
from counts
inner join slices
    on counts.slice_number = slices.slice_number
inner join periods
    on counts.period_end = periods.period_end
where counts.area_code is not null
