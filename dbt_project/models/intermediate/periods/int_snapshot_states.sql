-- One row per provider and state that it delivered of a snapshot feed: for each reported period end the newest accepted
-- delivery. The state is in force from that day (inclusive) until the provider's next state (exclusive; null: still).
with accepted_lists as (
    select * from {{ ref('stg_deliveries') }}
    where status = 'accepted' and state_on is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by feed, provider_type, provider_code, state_on
            order by {{ delivery_order('desc') }}
        ) as newness
    from accepted_lists
)

select
    delivery_id,
    feed,
    provider_type,
    provider_code,
    state_on as valid_from,
    lead(state_on) over (partition by feed, provider_type, provider_code order by state_on) as valid_to,
    row_number() over (partition by feed, provider_type, provider_code order by state_on) as state_number
from ranked
where newness = 1
