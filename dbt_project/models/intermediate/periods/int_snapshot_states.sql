-- One row per provider and state that it delivered of a snapshot feed: for each reported period end the newest accepted
-- delivery. The state is in force from that day (inclusive) until the provider's next state, or until the day after its
-- registration ended (exclusive; null: still).
with accepted_lists as (
    select * from {{ ref('stg_deliveries') }}
    where status = 'accepted' and state_on is not null
),

providers as (
    select * from {{ ref('stg_providers') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by feed, provider_type, provider_code, state_on
            order by {{ delivery_order('desc') }}
        ) as newness
    from accepted_lists
),

current_ones as (
    select * from ranked
    where newness = 1
),

registrations as (
    select
        current_ones.delivery_id,
        max(coalesce(providers.active_to, date '9999-12-31')) as active_to
    from current_ones
    inner join providers
        on
            current_ones.provider_type = providers.provider_type
            and current_ones.provider_code = providers.provider_code
            and current_ones.state_on between providers.active_from and coalesce(providers.active_to, date '9999-12-31')
    group by all
)

select
    current_ones.delivery_id,
    current_ones.feed,
    current_ones.provider_type,
    current_ones.provider_code,
    current_ones.state_on as valid_from,
    nullif(
        least(
            coalesce(lead(current_ones.state_on) over (
                partition by current_ones.feed, current_ones.provider_type, current_ones.provider_code
                order by current_ones.state_on
            ), date '9999-12-31'),
            case
                when registrations.active_to < date '9999-12-31' then {{ add_days('registrations.active_to', 1) }}
                else date '9999-12-31'
            end
        ),
        date '9999-12-31'
    ) as valid_to,
    row_number() over (
        partition by current_ones.feed, current_ones.provider_type, current_ones.provider_code
        order by current_ones.state_on
    ) as state_number
from current_ones
left join registrations
    on current_ones.delivery_id = registrations.delivery_id
