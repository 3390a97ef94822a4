-- What flows amount to: one row per indicator, period, area (district or city), dimension and member that has a record.
-- An entity counts once in each, however many rows, months or districts it appears in: rows are reduced to the entities
-- of a month, those to the entities of a quarter, those to the entities of a year, and each is counted afresh. Sums
-- need none of that.
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
        slices.slice_number,
        periods.period_kind,
        periods.period,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        cast(null as bigint) as entities,
        sum(observations.numerator) as numerator,
        cast(null as decimal(38, 4)) as denominator,
        sum(observations.record_count) as record_count
    from monthly_sums as observations
    inner join slices
        on observations.indicator_code = slices.indicator_code
    inner join periods
        on observations.month_start between periods.period_start and periods.period_end
    group by all
),

month_entities as (
    select
        slices.slice_number,
        {{ period_start('month', 'observations.observed_on') }} as period_start,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.entity_id,
        max(observations.numerator) as numerator,
        min(case when observations.numerator > 0 then coalesce(observations.numerator_on, date '1900-01-01') end)
            as numerator_on,
        max(observations.denominator) as denominator,
        count(*) as record_count
    from observations
    inner join slices
        on
            observations.indicator_code = slices.indicator_code
            and not slices.sums_rows
    where observations.observed_on is not null
    group by all
),
{% for unit, part in [('quarter', 'month'), ('year', 'quarter')] %}
{{ unit }}_entities as (
    select
        slice_number,
        {{ period_start(unit, 'period_start') }} as period_start,
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
span_entities as (
    select
        slices.slice_number,
        periods.period_kind,
        periods.period,
        periods.period_end,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.entity_id,
        max(observations.numerator) as numerator,
        min(case when observations.numerator > 0 then coalesce(observations.numerator_on, date '1900-01-01') end)
            as numerator_on,
        max(observations.denominator) as denominator,
        count(*) as record_count
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
    group by all
),

entities as (
    {%- for unit in ['month', 'quarter', 'year'] %}
    select
        {{ unit }}_entities.slice_number,
        periods.period_kind,
        periods.period,
        periods.period_end,
        {{ unit }}_entities.area_code,
        {{ unit }}_entities.member,
        {{ unit }}_entities.numerator,
        {{ unit }}_entities.numerator_on,
        {{ unit }}_entities.denominator,
        {{ unit }}_entities.record_count
    from {{ unit }}_entities
    inner join periods
        on
            {{ unit }}_entities.period_start = periods.period_start
            and periods.period_kind = '{{ unit }}'
    union all
    {%- endfor %}
    select
        slice_number,
        period_kind,
        period,
        period_end,
        area_code,
        member,
        numerator,
        numerator_on,
        denominator,
        record_count
    from span_entities
),

counts as (
    select
        slice_number,
        period_kind,
        period,
        area_code,
        member,
        count(*) as entities,
        sum(case when coalesce(numerator_on, period_end) <= period_end then numerator end) as numerator,
        sum(denominator) as denominator,
        sum(record_count) as record_count
    from entities
    group by all
),

sums_and_counts as (
    select * from sums
    union all
    select * from counts
)

select
    slices.indicator_code,
    sums_and_counts.period_kind,
    sums_and_counts.period,
    sums_and_counts.area_code,
    slices.dimension,
    sums_and_counts.member,
    cast(sums_and_counts.entities as bigint) as entities,
    cast(sums_and_counts.numerator as decimal(38, 4)) as numerator,
    cast(sums_and_counts.denominator as decimal(38, 4)) as denominator,
    cast(sums_and_counts.record_count as bigint) as record_count
from sums_and_counts
inner join slices
    on sums_and_counts.slice_number = slices.slice_number
where sums_and_counts.area_code is not null
