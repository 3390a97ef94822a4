-- All observations of all domains; the grain and the columns are those of fct_observations.
{% set domains = [
    'party_coverage', 'industry_chain', 'new_employment', 'governance', 'residential', 'weekly_review', 'micro_projects',
    'associations', 'volunteering', 'social_work',
] -%}
with observations as (
    {% for domain in domains -%}
    select * from {{ ref('int_' ~ domain ~ '_observations') }}
    {% if not loop.last -%} union all {% endif -%}
    {% endfor %}
)

select
    *,
    case
        when observed_on is not null then observed_on
        when valid_from < coalesce(valid_to, date '9999-12-31') then valid_from
    end as stands_from,
    case
        when observed_on is not null then observed_on
        when valid_from < coalesce(valid_to, date '9999-12-31')
            then coalesce({{ add_days('valid_to', -1) }}, date '9999-12-31')
    end as stands_to
from observations
