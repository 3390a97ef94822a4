{{ config(materialized="view") }}
-- Observations of the domain `industry_chain`; the grain and the columns are those of fct_observations.
with chain_members as (
    select * from {{ ref('int_chain_member_history') }}
),

chain_committees as (
    select * from {{ ref('int_chain_committee_history') }}
),

guidance_stations as (
    select * from {{ ref('int_guidance_station_history') }}
),

outputs as (
    select * from {{ ref('int_chain_outputs') }}
),

industries as (
    select * from {{ ref('int_association_industries') }}
),

events as (
    select
        association_events.*,
        industries.industry
    from {{ ref('stg_association_events') }} as association_events
    left join industries
        on association_events.provider_code = industries.uscc
    where association_events.row_status = 'current'
),

services as (
    select
        association_services.*,
        industries.industry
    from {{ ref('stg_association_services') }} as association_services
    left join industries
        on association_services.provider_code = industries.uscc
    where association_services.row_status = 'current'
)

{{ observation(
    'IC01', 'chain_members', feed='chain_members', entity_id='uscc',
    valid_from='greatest(valid_from, little_giant_since)', valid_to='valid_to', dimensions={'chain': 'chain_id'}, where='little_giant_since is not null',
) }}

union all

{{ observation(
    'IC02', 'chain_committees', feed='chain_committees', entity_id='chain_id', district_code='null',
    valid_from='greatest(valid_from, founded_on)', valid_to='least(valid_to, dissolved_on)',
) }}

union all

{{ observation(
    'IC03', 'chain_committees', feed='chain_committees', entity_id='chain_id', district_code='null',
    observed_on='founded_on', where='is_latest_version',
) }}

union all

{{ observation(
    'IC04', 'chain_members', feed='chain_members', entity_id='uscc', valid_from='greatest(valid_from, joined_on)',
    valid_to='valid_to', dimensions={'chain': 'chain_id'},
) }}

union all

{{ observation(
    'IC05', 'outputs', feed='chain_members', entity_id='uscc', observed_on='year_end', numerator='output_cny',
    dimensions={'chain': 'chain_id'},
) }}

union all

{{ observation(
    'IC06', 'events', feed='association_events', entity_id=provider_key('event_id'), observed_on='held_on',
    dimensions={'industry': 'industry'}, where="kind = '展会'",
) }}

union all

{{ observation(
    'IC07', 'services', feed='association_services', entity_id='enterprise_uscc', district_code='null',
    observed_on='served_on', dimensions={'industry': 'industry'},
) }}

{% for indicator_code, kind in [('IC08', '党建工作指导站'), ('IC09', '专精特新书记工作室')] %}
union all

{{ observation(
    indicator_code, 'guidance_stations', feed='guidance_stations', entity_id=provider_key('station_id'),
    valid_from='greatest(valid_from, opened_on)', valid_to='least(valid_to, closed_on)', where="kind = '" ~ kind ~ "'",
) }}
{% endfor %}
