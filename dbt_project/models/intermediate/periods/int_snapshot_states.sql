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
)

select
    ranked.delivery_id,
    ranked.feed,
    ranked.provider_type,
    ranked.provider_code,
    ranked.state_on as valid_from,
    nullif(
        least(
            coalesce(lead(ranked.state_on) over (
                partition by ranked.feed, ranked.provider_type, ranked.provider_code order by ranked.state_on
            ), date '9999-12-31'),
            coalesce({{ add_days('providers.active_to', 1) }}, date '9999-12-31')
        ),
        date '9999-12-31'
    ) as valid_to,
    row_number() over (
        partition by ranked.feed, ranked.provider_type, ranked.provider_code order by ranked.state_on
    ) as state_number
from ranked
left join providers
    on
        ranked.provider_type = providers.provider_type
        and ranked.provider_code = providers.provider_code
where ranked.newness = 1
