{{ config(materialized="view") }}
-- Observations of the domain `residential`; the grain and the columns are those of fct_observations.
with compounds as (
    select * from {{ ref('int_compound_history') }}
),

service_posts as (
    select * from {{ ref('int_service_post_history') }}
)

{% for indicator_code, since in [('RG01', 'team_founded'), ('RG03', 'platform_since')] %}
{{ observation(
    indicator_code, 'compounds', feed='compounds', entity_id=provider_key('compound_id'),
    valid_from='greatest(valid_from, ' ~ since ~ ')', valid_to='valid_to', where=since ~ ' is not null',
) }}

union all
{% endfor %}
{{ observation(
    'RG02', 'service_posts', feed='service_posts', entity_id=provider_key('post_id'),
    valid_from='greatest(valid_from, opened_on)', valid_to='least(valid_to, closed_on)',
    dimensions={'category': 'category'},
) }}

union all

{{ observation(
    'RG04', 'compounds', feed='compounds', entity_id=provider_key('compound_id'), valid_from='valid_from',
    valid_to='valid_to', numerator='case when branch_founded is not null then 1 else 0 end',
    numerator_on='branch_founded', denominator='1',
) }}
