-- What events amount to: one row per indicator, period, area (district or city), dimension and member that has one.
-- An entity counts once in each, however many rows, months or districts it appears in. What has a single row, and every
-- row of a sum, is added up by month before it is sliced. The few entities with several rows are reduced to the
-- entities of a month, those to the entities of a quarter, those to the entities of a year, and each is counted afresh.
-- A window is a whole month, quarter or year, or the year up to the end of a month: there an entity counts from the
-- month on in which it is first seen.
with observations as (
    select
        *,
        {{ period_start('month', 'observed_on') }} as month_start
    from {{ ref('int_observations') }}
    where observed_on is not null
),

slices as (
    select * from {{ ref('int_indicator_slices') }}
),

windows as (
    select * from {{ ref('int_indicator_windows') }}
    where is_of_events
),

slice_windows as (
    select
        slices.slice_number,
        windows.period_kind,
        windows.period,
        windows.first_day,
        windows.last_day,
        slices.has_year_to_date
    from slices
    inner join windows
        on slices.indicator_code = windows.indicator_code
    where not slices.sums_rows
),

summed_indicators as (
    select distinct indicator_code from slices
    where sums_rows
),

repeated_entities as (
    select
        observations.indicator_code,
        observations.entity_id
    from observations
    left join summed_indicators
        on observations.indicator_code = summed_indicators.indicator_code
    where summed_indicators.indicator_code is null
    group by all
    having count(*) > 1
),

added_by_month as (
    select
        observations.indicator_code,
        observations.district_code,
        {%- for dimension in observation_dimensions() %}
        observations.{{ dimension }},
        {%- endfor %}
        observations.month_start,
        greatest(observations.month_start, {{ period_start('month', 'observations.numerator_on') }}) as numerator_month,
        sum(observations.numerator) as numerator,
        sum(observations.denominator) as denominator,
        count(*) as record_count
    from observations
    left join repeated_entities
        on
            observations.indicator_code = repeated_entities.indicator_code
            and observations.entity_id is not distinct from repeated_entities.entity_id
    where repeated_entities.indicator_code is null
    group by all
),

added as (
    select
        slices.slice_number,
        windows.period_kind,
        windows.period,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        sum(case when not slices.sums_rows then observations.record_count end) as entities,
        sum(
            case
                when slices.sums_rows or observations.numerator_month <= windows.last_day then observations.numerator
            end
        ) as numerator,
        sum(case when not slices.sums_rows then observations.denominator end) as denominator,
        sum(observations.record_count) as record_count
    from added_by_month as observations
    inner join slices
        on observations.indicator_code = slices.indicator_code
    inner join windows
        on
            observations.indicator_code = windows.indicator_code
            and observations.month_start between windows.first_day and windows.last_day
            and (windows.period_kind <> 'year_to_date' or slices.has_year_to_date)
    group by all
),

month_entities as (
    select
        slices.slice_number,
        observations.month_start as first_day,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.entity_id,
        max(observations.numerator) as numerator,
        min(case when observations.numerator > 0 then coalesce(observations.numerator_on, date '1900-01-01') end)
            as numerator_on,
        max(observations.denominator) as denominator,
        count(*) as record_count
    from observations
    inner join repeated_entities
        on
            observations.indicator_code = repeated_entities.indicator_code
            and observations.entity_id is not distinct from repeated_entities.entity_id
    inner join slices
        on observations.indicator_code = slices.indicator_code
    group by all
),
{% for unit, part in [('quarter', 'month'), ('year', 'quarter')] %}
{{ unit }}_entities as (
    select
        slice_number,
        {{ period_start(unit, 'first_day') }} as first_day,
        area_code,
        member,
        entity_id,
        max(numerator) as numerator,
        min(numerator_on) as numerator_on,
        max(denominator) as denominator,
        sum(record_count) as record_count
    from {{ part }}_entities
    group by all
),
{% endfor %}
entities as (
    {%- for unit in ['month', 'quarter', 'year'] %}
    select
        '{{ unit }}' as period_kind,
        slice_number,
        first_day,
        area_code,
        member,
        numerator,
        numerator_on,
        denominator,
        record_count
    from {{ unit }}_entities
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

counted as (
    select
        slice_windows.slice_number,
        slice_windows.period_kind,
        slice_windows.period,
        entities.area_code,
        entities.member,
        count(*) as entities,
        sum(
            case
                when coalesce(entities.numerator_on, slice_windows.last_day) <= slice_windows.last_day
                    then entities.numerator
            end
        ) as numerator,
        sum(entities.denominator) as denominator,
        sum(entities.record_count) as record_count
    from entities
    inner join slice_windows
        on
            entities.slice_number = slice_windows.slice_number
            and entities.period_kind = slice_windows.period_kind
            and entities.first_day = slice_windows.first_day
    group by all
),

first_seen as (
    select
        month_entities.slice_number,
        month_entities.area_code,
        month_entities.member,
        month_entities.entity_id,
        {{ period_start('year', 'month_entities.first_day') }} as year_start,
        min(month_entities.first_day) as entity_month,
        min(
            case
                when month_entities.numerator > 0
                    then greatest(month_entities.first_day, {{ period_start('month', 'month_entities.numerator_on') }})
            end
        ) as numerator_month,
        min(case when month_entities.denominator > 0 then month_entities.first_day end) as denominator_month
    from month_entities
    inner join slices
        on month_entities.slice_number = slices.slice_number
    where slices.has_year_to_date
    group by all
),

first_seen_by_month as (
    {%- for counted in ['entity', 'numerator', 'denominator'] %}
    select
        '{{ counted }}' as counted,
        slice_number,
        area_code,
        member,
        {{ counted }}_month as seen_in,
        count(*) as amount
    from first_seen
    where {{ counted }}_month < cast(year_start + interval '1' year as date)
    group by all
    union all
    {%- endfor %}
    select
        'record' as counted,
        slice_number,
        area_code,
        member,
        first_day as seen_in,
        sum(record_count) as amount
    from month_entities
    group by all
),

counted_to_date as (
    select
        slice_windows.slice_number,
        slice_windows.period_kind,
        slice_windows.period,
        seen.area_code,
        seen.member,
        sum(case when seen.counted = 'entity' then seen.amount end) as entities,
        sum(case when seen.counted = 'numerator' then seen.amount end) as numerator,
        sum(case when seen.counted = 'denominator' then seen.amount end) as denominator,
        sum(case when seen.counted = 'record' then seen.amount end) as record_count
    from first_seen_by_month as seen
    inner join slice_windows
        on
            seen.slice_number = slice_windows.slice_number
            and seen.seen_in between slice_windows.first_day and slice_windows.last_day
    where slice_windows.period_kind = 'year_to_date' and slice_windows.has_year_to_date
    group by all
),

added_and_counted as (
    select * from added
    union all
    select * from counted
    union all
    select * from counted_to_date
)

select
    slices.indicator_code,
    added_and_counted.period_kind,
    added_and_counted.period,
    added_and_counted.area_code,
    slices.dimension,
    added_and_counted.member,
    cast(sum(added_and_counted.entities) as bigint) as entities,
    cast(sum(added_and_counted.numerator) as decimal(38, 4)) as numerator,
    cast(sum(added_and_counted.denominator) as decimal(38, 4)) as denominator,
    cast(sum(added_and_counted.record_count) as bigint) as record_count
from added_and_counted
inner join slices
    on added_and_counted.slice_number = slices.slice_number
where added_and_counted.area_code is not null
group by all
