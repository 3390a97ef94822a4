-- One row per provider and enterprise or social organisation with a party organisation, by its latest known version:
-- when it was founded, and the first visit of an instructor on or after that day (null: none yet).
with enterprises as (
    select * from {{ ref('int_enterprise_history') }}
    where is_latest_version
),

social_organisations as (
    select * from {{ ref('int_social_organisation_history') }}
    where is_latest_version
),

visits as (
    select * from {{ ref('stg_instructor_visits') }}
    where row_status = 'current'
),

founded as (
    {% for relation in ['enterprises', 'social_organisations'] %}
    select
        '{{ relation }}' as feed,
        uscc,
        party_org_founded,
        district_code,
        provider_type,
        provider_code,
        _delivery_id,
        _sheet,
        _source_row
    from {{ relation }}
    where party_org_founded is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    founded.feed,
    founded.uscc,
    founded.party_org_founded,
    founded.district_code,
    founded.provider_type,
    founded.provider_code,
    founded._delivery_id,
    founded._sheet,
    founded._source_row,
    min(visits.visited_on) as first_visited_on
from founded
left join visits
    on
        founded.uscc = visits.org_uscc
        and founded.party_org_founded <= visits.visited_on
group by all
