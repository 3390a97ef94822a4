with indicator_values as (
    select * from {{ ref('indicator_values') }}
),

previous_values as (
    select * from {{ ref('stg_previous_indicator_values') }}
    where is_sealed
),

previous_restatements as (
    select * from {{ ref('stg_previous_restatements') }}
),

previous_deliveries as (
    select * from {{ ref('stg_previous_deliveries') }}
    where status = 'accepted'
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where status = 'accepted'
),

indicator_feeds as (
    select * from {{ ref('int_indicator_feeds') }}
),

nights as (
    select * from {{ ref('stg_night') }}
),

changed as (
    select
        indicator_values.indicator_code,
        indicator_values.period_kind,
        indicator_values.period,
        indicator_values.district_code,
        previous_values.value as old_value,
        indicator_values.value as new_value
    from indicator_values
    inner join previous_values
        on
            indicator_values.indicator_code = previous_values.indicator_code
            and indicator_values.period_kind = previous_values.period_kind
            and indicator_values.period = previous_values.period
            and indicator_values.district_code = previous_values.district_code
    where indicator_values.value is distinct from previous_values.value
),

new_deliveries as (
    select deliveries.*
    from deliveries
    left join previous_deliveries
        on deliveries.delivery_id = previous_deliveries.delivery_id
    where previous_deliveries.delivery_id is null
),

suspects as (
    select
        changed.indicator_code,
        changed.period_kind,
        changed.period,
        changed.district_code,
        new_deliveries.delivery_id,
        row_number() over (
            partition by changed.indicator_code, changed.period_kind, changed.period, changed.district_code
            order by {{ delivery_order('desc', of='new_deliveries') }}
        ) as newness
    from changed
    inner join indicator_feeds
        on changed.indicator_code = indicator_feeds.indicator_code
    inner join new_deliveries
        on
            indicator_feeds.feed = new_deliveries.feed
            and (
                changed.district_code = '440300'
                or new_deliveries.provider_type <> 'district'
                or changed.district_code = new_deliveries.provider_code
            )
)

select
    changed.indicator_code,
    changed.period_kind,
    changed.period,
    changed.district_code,
    changed.old_value,
    changed.new_value,
    nights.built_at as published_at,
    suspects.delivery_id as caused_by_delivery_id
from changed
cross join nights
left join suspects
    on
        changed.indicator_code = suspects.indicator_code
        and changed.period_kind = suspects.period_kind
        and changed.period = suspects.period
        and changed.district_code = suspects.district_code
        and suspects.newness = 1
union all
select
    indicator_code,
    period_kind,
    period,
    district_code,
    old_value,
    new_value,
    published_at,
    caused_by_delivery_id
from previous_restatements
