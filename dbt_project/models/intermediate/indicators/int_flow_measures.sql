-- What flows amount to: one row per indicator, period, area (district or city), dimension and member that has a record.
-- An entity counts once in each, however many rows, months or districts it appears in: months are reduced to entities
-- before they are counted, and every period and area is counted afresh. Sums need no entities.
with observations as (
    select * from {{ ref('int_observations') }}
),

slices as (
    select * from {{ ref('int_indicator_slices') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

monthly_sums as (
    select
        observations.indicator_code,
        observations.district_code,
        {%- for dimension in observation_dimensions() %}
        observations.{{ dimension }},
        {%- endfor %}
        {{ period_start('month', 'observations.observed_on') }} as month_start,
        sum(observations.numerator) as numerator,
        count(*) as record_count
    from observations
    inner join slices
        on
            observations.indicator_code = slices.indicator_code
            and slices.sums_rows
            and slices.level = 'city'
            and slices.dimension = 'all'
    where observations.observed_on is not null
    group by all
),

sums as (
    select
        observations.indicator_code,
        periods.period_kind,
        periods.period,
        {{ slice_area() }} as area_code,
        slices.dimension,
        {{ slice_member() }} as member,
        cast(null as bigint) as entities,
        sum(observations.numerator) as numerator,
        cast(null as decimal(38, 4)) as denominator,
        cast(sum(observations.record_count) as bigint) as record_count
    from monthly_sums as observations
    inner join slices
        on observations.indicator_code = slices.indicator_code
    inner join periods
        on observations.month_start between periods.period_start and periods.period_end
    group by all
),

monthly_entities as (
    select
        observations.indicator_code,
        {{ period_start('month', 'observations.observed_on') }} as month_start,
        {{ slice_area() }} as area_code,
        slices.dimension,
        {{ slice_member() }} as member,
        observations.entity_id,
        max(observations.numerator) as numerator,
        max(observations.denominator) as denominator,
        min(case when observations.numerator > 0 then coalesce(observations.numerator_on, date '1900-01-01') end)
            as numerator_on,
        count(*) as record_count
    from observations
    inner join slices
        on
            observations.indicator_code = slices.indicator_code
            and not slices.sums_rows
    where observations.observed_on is not null
    group by all
),

entities_in_months as (
    select
        monthly_entities.indicator_code,
        periods.period_kind,
        periods.period,
        periods.period_end,
        monthly_entities.area_code,
        monthly_entities.dimension,
        monthly_entities.member,
        monthly_entities.entity_id,
        monthly_entities.numerator,
        monthly_entities.denominator,
        monthly_entities.numerator_on,
        monthly_entities.record_count
    from monthly_entities
    inner join periods
        on monthly_entities.month_start between periods.period_start and periods.period_end
),

entities_in_spans as (
    select
        observations.indicator_code,
        periods.period_kind,
        periods.period,
        periods.period_end,
        {{ slice_area() }} as area_code,
        slices.dimension,
        {{ slice_member() }} as member,
        observations.entity_id,
        observations.numerator,
        observations.denominator,
        observations.numerator_on,
        1 as record_count
    from observations
    inner join slices
        on
            observations.indicator_code = slices.indicator_code
            and slices.kind = 'flow'
    inner join periods
        on
            observations.valid_from <= periods.period_end
            and coalesce(observations.valid_to, date '9999-12-31') > periods.period_start
    where
        observations.observed_on is null
        and observations.valid_from < coalesce(observations.valid_to, date '9999-12-31')
),

all_entities as (
    select * from entities_in_months
    union all
    select * from entities_in_spans
),

entities as (
    select
        indicator_code,
        period_kind,
        period,
        area_code,
        dimension,
        member,
        entity_id,
        max(case when coalesce(numerator_on, period_end) <= period_end then numerator else 0 end) as numerator,
        max(denominator) as denominator,
        sum(record_count) as record_count
    from all_entities
    group by all
),

counts as (
    select
        indicator_code,
        period_kind,
        period,
        area_code,
        dimension,
        member,
        cast(count(*) as bigint) as entities,
        cast(sum(numerator) as decimal(38, 4)) as numerator,
        cast(sum(denominator) as decimal(38, 4)) as denominator,
        cast(sum(record_count) as bigint) as record_count
    from entities
    group by all
)

select * from sums
where area_code is not null
union all
select * from counts
where area_code is not null
