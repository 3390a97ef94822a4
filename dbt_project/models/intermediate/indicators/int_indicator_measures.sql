-- The value of every slice that has a record: one row per indicator, period, area, dimension and member.
-- growth is not here: it needs the same slice a year before.
with events as (
    select * from {{ ref('int_event_measures') }}
),

states as (
    select * from {{ ref('int_state_measures') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

events_and_states as (
    select * from events
    union all
    select * from states
),

measures as (
    select
        indicator_code,
        period_kind,
        period,
        area_code,
        dimension,
        member,
        sum(entities) as entities,
        coalesce(sum(numerator), 0) as numerator,
        coalesce(sum(denominator), 0) as denominator,
        sum(record_count) as record_count
    from events_and_states
    group by all
),

ranked_members as (
    select
        *,
        row_number() over (
            partition by indicator_code, period_kind, period, area_code, dimension
            order by entities desc nulls last, member asc nulls last
        ) as member_rank
    from measures
    where dimension = 'category'
),

top_five as (
    select
        indicator_code,
        period_kind,
        period,
        area_code,
        sum(entities) as entities
    from ranked_members
    where member_rank <= 5
    group by all
),

parts as (
    select
        measures.indicator_code,
        measures.period_kind,
        measures.period,
        measures.area_code,
        measures.dimension,
        measures.member,
        indicators.aggregation,
        cast(measures.entities as double) as entities,
        cast(
            case
                when indicators.aggregation = 'top_five_share' then top_five.entities else measures.numerator
            end as double
        )
            as numerator,
        cast(
            case
                when indicators.aggregation = 'top_five_share' then measures.entities else measures.denominator
            end as double
        ) as denominator,
        cast(measures.record_count as bigint) as record_count
    from measures
    inner join indicators
        on measures.indicator_code = indicators.indicator_code
    left join top_five
        on
            measures.indicator_code = top_five.indicator_code
            and measures.period_kind = top_five.period_kind
            and measures.period = top_five.period
            and measures.area_code = top_five.area_code
)

select
    indicator_code,
    period_kind,
    period,
    area_code,
    dimension,
    member,
    case
        when aggregation in ('ratio_entities', 'top_five_share') then 100 * numerator / nullif(denominator, 0)
        when aggregation in ('sum', 'sum_of_max') then numerator
        else entities
    end as value,
    case when aggregation in ('ratio_entities', 'top_five_share') then numerator end as numerator,
    case when aggregation in ('ratio_entities', 'top_five_share') then denominator end as denominator,
    record_count
from parts
-- The categories of top_five_share are but the way to the share of the whole.
where aggregation <> 'top_five_share' or dimension = 'all'
