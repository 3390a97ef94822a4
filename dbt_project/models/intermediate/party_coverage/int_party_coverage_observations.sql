{{ config(materialized="view") }}
-- Observations of the domain `party_coverage`; the grain and the columns are those of fct_observations.
with night as (
    select * from {{ ref('stg_night') }}
),

appeals as (
    select * from {{ ref('stg_appeals') }}
    where row_status = 'current'
),

year_seals as (
    select * from {{ ref('int_year_seals') }}
),

closed_appeals as (
    select appeals.*
    from appeals
    cross join night
    left join year_seals
        on
            year_seals.indicator_code = 'PC03'
            and {{ period_name('year', 'appeals.received_on') }} = year_seals.year_period
    where appeals.closed_on <= least(night.night_on, coalesce(year_seals.sealed_on, night.night_on))
),

recognitions as (
    select * from {{ ref('stg_recognitions') }}
    where row_status = 'current'
),

enterprises as (
    select * from {{ ref('int_enterprise_history') }}
),

social_organisations as (
    select * from {{ ref('int_social_organisation_history') }}
),

founded as (
    select * from {{ ref('int_founded_party_organisations') }}
),

transfers as (
    select * from {{ ref('stg_member_transfers') }}
    where row_status = 'current'
),

instructors as (
    select * from {{ ref('int_instructor_history') }}
),

assignments as (
    select * from {{ ref('int_contact_assignment_history') }}
)

{{ observation(
    'PC01', 'enterprises', feed='enterprises', entity_id='uscc', valid_from='valid_from', valid_to='valid_to',
    numerator='case when party_org_founded is not null then 1 else 0 end', numerator_on='party_org_founded',
    denominator='1', where='has_licence and has_premises and has_members',
) }}

union all

{{ observation(
    'PC02', 'social_organisations', feed='social_organisations', entity_id='uscc', valid_from='valid_from',
    valid_to='valid_to', numerator='case when party_org_founded is not null then 1 else 0 end',
    numerator_on='party_org_founded', denominator='1',
) }}

union all

{{ observation(
    'PC03', 'closed_appeals', feed='appeals', entity_id=provider_key('appeal_id'), observed_on='received_on',
    dimensions={'source_channel': 'source_channel', 'category': 'category'},
) }}

union all

{{ observation(
    'PC04', 'recognitions', feed='recognitions', entity_id=provider_key('recognition_id'), observed_on='awarded_on',
    dimensions={'level': 'level'}, where="award = '党建强发展强典型案例' and level in ('国家级', '省级')",
) }}

union all

{{ observation(
    'PC05', 'appeals', feed='appeals', entity_id=provider_key('appeal_id'), observed_on='due_date',
    numerator='case when closed_on <= due_date then 1 else 0 end', denominator='1', dimensions={'category': 'category'},
) }}

union all

{{ observation(
    'PC06', 'transfers', feed='member_transfers', entity_id='id_card_pseudonym', observed_on='completed_on',
    where='completed_on is not null',
) }}

union all

{{ observation(
    'PC07', 'instructors', feed='instructors', entity_id=provider_key('instructor_id'),
    valid_from='greatest(valid_from, appointed_on)', valid_to='valid_to',
) }}

{% for relation in ['enterprises', 'social_organisations'] %}
union all

{{ observation(
    'PC08', 'founded', feed=relation, entity_id='uscc', observed_on='party_org_founded',
    numerator='case when first_visited_on is not null then 1 else 0 end', numerator_on='first_visited_on',
    denominator='1', where="feed = '" ~ relation ~ "'",
) }}
{% endfor %}
union all

{{ observation(
    'PC09', 'assignments', feed='contact_assignments', entity_id='org_uscc',
    valid_from='greatest(valid_from, since)', valid_to='valid_to', dimensions={'level': 'level'},
) }}
