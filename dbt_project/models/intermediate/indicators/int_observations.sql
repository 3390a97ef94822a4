{{ config(materialized="view") }}
-- All observations of all domains; the grain and the columns are those of fct_observations.
{% set domains = [
    'party_coverage', 'industry_chain', 'new_employment', 'governance', 'residential', 'weekly_review', 'micro_projects',
    'associations', 'volunteering', 'social_work',
] -%}
{% for domain in domains -%}
select * from {{ ref('int_' ~ domain ~ '_observations') }}
{% if not loop.last -%} union all {% endif -%}
{% endfor %}
