{{ config(materialized="view") }}
-- Observations of the domain `associations`; the grain and the columns are those of fct_observations.
with associations as (
    select * from {{ ref('int_association_history') }}
),

industries as (
    select * from {{ ref('int_association_industries') }}
),

leader_reviews as (
    select
        reviews.*,
        industries.industry
    from {{ ref('stg_leader_reviews') }} as reviews
    left join industries
        on reviews.association_uscc = industries.uscc
    where reviews.row_status = 'current'
),

events as (
    select
        association_events.*,
        industries.industry
    from {{ ref('stg_association_events') }} as association_events
    left join industries
        on association_events.provider_code = industries.uscc
    where association_events.row_status = 'current'
)

{{ observation(
    'AS01', 'associations', feed='association_profiles', entity_id='uscc', district_code='null',
    valid_from='greatest(valid_from, party_org_managed_since)', valid_to='valid_to', dimensions={'industry': 'industry'},
    where='party_org is not null and party_org_managed_since is not null',
) }}

union all

{{ observation(
    'AS02', 'leader_reviews', feed='leader_reviews', entity_id='association_uscc', district_code='null',
    observed_on='reviewed_on', dimensions={'industry': 'industry'},
) }}

union all

{{ observation(
    'AS03', 'leader_reviews', feed='leader_reviews', entity_id=provider_key('review_id'), district_code='null',
    observed_on='reviewed_on', dimensions={'industry': 'industry', 'result': 'result'},
) }}

union all

{{ observation(
    'AS04', 'associations', feed='association_profiles', entity_id='uscc', district_code='null', valid_from='valid_from',
    valid_to='valid_to', numerator='case when ' ~ names_exactly_one('supervising_department') ~ ' then 1 else 0 end',
    denominator='1', dimensions={'industry': 'industry'}, where='is_city_level',
) }}

union all

{{ observation(
    'AS05', 'events', feed='association_events', entity_id=provider_key('event_id'), district_code='null',
    observed_on='held_on', dimensions={'industry': 'industry'}, where="kind in ('标准', '白皮书')",
) }}
