-- What events amount to: one row per indicator, period, area (district or city), dimension and member that has one.
-- An entity counts once in each, however many rows, months or districts it appears in: rows are reduced to the entities
-- of a month, those to the entities of a quarter, those to the entities of a year, and each is counted afresh. Sums
-- need none of that. A window is a whole month, quarter or year.
with observations as (
    select * from {{ ref('int_observations') }}
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
        windows.last_day
    from slices
    inner join windows
        on slices.indicator_code = windows.indicator_code
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
    group by all
),

sums as (
    select
        slices.slice_number,
        windows.period_kind,
        windows.period,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        cast(null as bigint) as entities,
        sum(observations.numerator) as numerator,
        cast(null as decimal(38, 4)) as denominator,
        sum(observations.record_count) as record_count
    from monthly_sums as observations
    inner join slices
        on observations.indicator_code = slices.indicator_code
    inner join windows
        on
            observations.indicator_code = windows.indicator_code
            and observations.month_start between windows.first_day and windows.last_day
    group by all
),

month_entities as (
    select
        slices.slice_number,
        {{ period_start('month', 'observations.observed_on') }} as first_day,
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

counts as (
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
