-- One row per provider and state that it delivered of a snapshot feed: for each reported period end the newest accepted
-- delivery. The state is in force from that day (inclusive) until the provider's next state (exclusive; null: still).
with snapshot_feeds as (
    select * from {{ ref('stg_feeds') }}
    where mode = 'snapshot'
),

accepted_deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where status = 'accepted'
),

dated as (
    select
        accepted_deliveries.delivery_id,
        accepted_deliveries.feed,
        accepted_deliveries.provider_type,
        accepted_deliveries.provider_code,
        accepted_deliveries.delivered_on,
        accepted_deliveries.delivery_sequence,
        accepted_deliveries.file_name,
        {{ last_period_end('snapshot_feeds.cadence', 'accepted_deliveries.delivered_on') }} as valid_from
    from accepted_deliveries
    inner join snapshot_feeds
        on accepted_deliveries.feed = snapshot_feeds.feed
),

ranked as (
    select
        *,
        row_number() over (
            partition by feed, provider_type, provider_code, valid_from
            order by {{ delivery_order('desc') }}
        ) as newness
    from dated
)

select
    delivery_id,
    feed,
    provider_type,
    provider_code,
    valid_from,
    lead(valid_from) over (partition by feed, provider_type, provider_code order by valid_from) as valid_to,
    row_number() over (partition by feed, provider_type, provider_code order by valid_from) as state_number
from ranked
where newness = 1
