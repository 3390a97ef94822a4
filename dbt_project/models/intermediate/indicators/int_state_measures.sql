-- What states amount to: one row per indicator, period, area (district or city), dimension and member that has a state
-- in its window. Many periods ask about the same days; each window is counted once.
with observations as (
    select * from {{ ref('int_observations') }}
),

slices as (
    select * from {{ ref('int_indicator_slices') }}
),

windows as (
    select * from {{ ref('int_indicator_windows') }}
    where not is_of_events and not is_base
),

different_windows as (
    select distinct
        indicator_code,
        first_day,
        last_day
    from windows
),

entities as (
    select
        slices.slice_number,
        different_windows.first_day,
        different_windows.last_day,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.entity_id,
        max(
            case
                when coalesce(observations.numerator_on, different_windows.last_day) <= different_windows.last_day
                    then observations.numerator
            end
        ) as numerator,
        max(observations.denominator) as denominator,
        count(*) as record_count
    from observations
    inner join different_windows
        on
            observations.indicator_code = different_windows.indicator_code
            and observations.stands_from <= different_windows.last_day
            and observations.stands_to >= different_windows.first_day
    inner join slices
        on observations.indicator_code = slices.indicator_code
    where observations.observed_on is null
    group by all
),

counts as (
    select
        slice_number,
        first_day,
        last_day,
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
    windows.period_kind,
    windows.period,
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
inner join windows
    on
        slices.indicator_code = windows.indicator_code
        and counts.first_day = windows.first_day
        and counts.last_day = windows.last_day
where counts.area_code is not null
