-- What states amount to: one row per indicator, period, area (district or city), dimension and member that has a state
-- in its window. A window is the last day of a period, or, for a flow, the whole period; both end with a month, so a
-- state adds one in the month at whose end it first counts and takes it away in the month at whose end it no longer
-- does, and the running sum of these changes is what stands at the end of each month. Nothing is held by period.
-- An entity counts once however many of its states stand: where it has several, they are cut so that none overlap. The
-- numerator and the denominator of a state are 1 or 0 and are followed as the entities are.
with observations as (
    select * from {{ ref('int_observations') }}
    where observed_on is null and stands_from is not null
),

slices as (
    select * from {{ ref('int_indicator_slices') }}
),

windows as (
    select
        indicator_code,
        period_kind,
        period,
        last_day,
        case when first_day = last_day then 'day' else period_kind end as unit
    from {{ ref('int_indicator_windows') }}
    where not is_of_events and not is_base
),

units as (
    select distinct
        indicator_code,
        unit
    from windows
),

repeated_entities as (
    select
        indicator_code,
        entity_id
    from observations
    group by all
    having count(*) > 1
),

states as (
    select
        observations.*,
        units.unit,
        repeated_entities.indicator_code is not null as is_repeated,
        {{ period_start('month', rounded_out('start', 'units.unit', 'observations.stands_from')) }} as first_month,
        {{ period_start('month', add_days(rounded_out('end', 'units.unit', 'observations.stands_to'), 1)) }}
            as end_month
    from observations
    inner join units
        on observations.indicator_code = units.indicator_code
    left join repeated_entities
        on
            observations.indicator_code = repeated_entities.indicator_code
            and observations.entity_id is not distinct from repeated_entities.entity_id
),

stretches as (
    {%- for counted in ['record', 'entity', 'numerator', 'denominator'] %}
    select
        '{{ counted }}' as counted,
        indicator_code,
        unit,
        entity_id,
        district_code,
        {%- for dimension in observation_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        {%- if counted == 'numerator' %}
        greatest(first_month, {{ period_start('month', 'numerator_on') }}) as first_month,
        {%- else %}
        first_month,
        {%- endif %}
        end_month,
        {{ 'false' if counted == 'record' else 'is_repeated' }} as may_overlap
    from states
    {%- if counted in ['numerator', 'denominator'] %}
    where {{ counted }} = 1
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

changes_of_single as (
    {%- for month, amount in [('first_month', 1), ('end_month', -1)] %}
    select
        counted,
        indicator_code,
        unit,
        district_code,
        {%- for dimension in observation_dimensions() %}
        {{ dimension }},
        {%- endfor %}
        {{ month }} as changes_in,
        {{ amount }} * count(*) as amount
    from stretches
    where first_month < end_month and not may_overlap
    group by all
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

overlapping as (
    select
        observations.counted,
        observations.unit,
        slices.slice_number,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.entity_id,
        observations.first_month,
        observations.end_month
    from stretches as observations
    inner join slices
        on observations.indicator_code = slices.indicator_code
    where observations.first_month < observations.end_month and observations.may_overlap
),

following as (
    select
        *,
        max(end_month) over (
            partition by counted, unit, slice_number, area_code, member, entity_id
            order by first_month, end_month
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from overlapping
),

cut as (
    select
        counted,
        unit,
        slice_number,
        area_code,
        member,
        greatest(first_month, covered_until) as first_month,
        end_month
    from following
    where end_month > coalesce(covered_until, first_month)
),

changes as (
    select
        observations.counted,
        observations.unit,
        slices.slice_number,
        {{ slice_area() }} as area_code,
        {{ slice_member() }} as member,
        observations.changes_in,
        observations.amount
    from changes_of_single as observations
    inner join slices
        on observations.indicator_code = slices.indicator_code
    {%- for month, amount in [('first_month', 1), ('end_month', -1)] %}
    union all
    select
        counted,
        unit,
        slice_number,
        area_code,
        member,
        {{ month }} as changes_in,
        {{ amount }} as amount
    from cut
    {%- endfor %}
),

changes_by_month as (
    select
        counted,
        unit,
        slice_number,
        area_code,
        member,
        changes_in,
        sum(amount) as amount
    from changes
    where area_code is not null
    group by all
),

standing as (
    select
        counted,
        unit,
        slice_number,
        area_code,
        member,
        changes_in as stands_from,
        lead(changes_in) over changes_so_far as stands_until,
        sum(amount) over changes_so_far as number_standing
    from changes_by_month
    window changes_so_far as (
        partition by counted, unit, slice_number, area_code, member
        order by changes_in
    )
)

select
    slices.indicator_code,
    windows.period_kind,
    windows.period,
    standing.area_code,
    slices.dimension,
    standing.member,
    cast(sum(case when standing.counted = 'entity' then standing.number_standing end) as bigint) as entities,
    cast(sum(case when standing.counted = 'numerator' then standing.number_standing end) as decimal(38, 4))
        as numerator,
    cast(sum(case when standing.counted = 'denominator' then standing.number_standing end) as decimal(38, 4))
        as denominator,
    cast(sum(case when standing.counted = 'record' then standing.number_standing end) as bigint) as record_count
from standing
inner join slices
    on standing.slice_number = slices.slice_number
inner join windows
    on
        slices.indicator_code = windows.indicator_code
        and standing.unit = windows.unit
        and standing.stands_from <= windows.last_day
        and windows.last_day < coalesce(standing.stands_until, date '9999-12-31')
        and (windows.period_kind <> 'year_to_date' or slices.has_year_to_date)
where standing.number_standing > 0
group by all
