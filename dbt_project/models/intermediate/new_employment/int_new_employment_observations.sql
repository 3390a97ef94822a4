{{ config(materialized="view") }}
-- Observations of the domain `new_employment`; the grain and the columns are those of fct_observations.
with tasks as (
    select * from {{ ref('int_task_history') }}
),

friendly_places as (
    select * from {{ ref('int_friendly_place_history') }}
),

platform_sites as (
    select * from {{ ref('int_platform_site_history') }}
),

-- a version of a site, cut where its pairing ended: one row on any day, so that a site is never counted as both
pairings as (
    select
        *,
        valid_from as counts_from,
        least(valid_to, unpaired_on) as counts_to,
        case when paired_on is not null then 1 else 0 end as is_paired
    from platform_sites
    union all
    select
        *,
        greatest(valid_from, unpaired_on) as counts_from,
        valid_to as counts_to,
        0 as is_paired
    from platform_sites
    where unpaired_on is not null
),

care_benefits as (
    select * from {{ ref('stg_care_benefits') }}
    where row_status = 'current'
)

{{ observation(
    'NE01', 'tasks', feed='task_list', entity_id=provider_key('task_id'), district_code='null', valid_from='valid_from',
    valid_to='valid_to', dimensions={'responsible_unit': 'responsible_unit', 'status': 'status'},
    where="programme = '新就业群体友好城市建设'",
) }}

{% for indicator_code, category in [('NE02', '友好场景'), ('NE03', '暖新商户'), ('NE04', '小哥工作室')] %}
union all

{{ observation(
    indicator_code, 'friendly_places', feed='friendly_places', entity_id=provider_key('place_id'),
    valid_from='greatest(valid_from, opened_on)', valid_to='least(valid_to, closed_on)',
    dimensions={'category': 'category'}, where="category = '" ~ category ~ "'",
) }}
{% endfor %}
union all

{{ observation(
    'NE05', 'platform_sites', feed='platform_sites', entity_id=provider_key('site_id'),
    valid_from='greatest(valid_from, paired_on)', valid_to='least(valid_to, unpaired_on)',
    dimensions={'platform': 'platform'}, where='paired_on is not null',
) }}

union all

{{ observation(
    'NE06', 'pairings', feed='platform_sites', entity_id=provider_key('site_id'), valid_from='counts_from',
    valid_to='counts_to', numerator='is_paired', numerator_on='paired_on', denominator='1',
    dimensions={'platform': 'platform'},
) }}

union all

{{ observation(
    'NE07', 'care_benefits', feed='care_benefits', entity_id=provider_key('benefit_id'), observed_on='granted_on',
    numerator='coalesce(homes, 0)', where="kind = '深梦团聚住房' and free",
) }}

union all

{{ observation(
    'NE08', 'care_benefits', feed='care_benefits', entity_id='person_id_card_pseudonym', observed_on='granted_on',
    where="kind = '司机健康月体检' and free",
) }}
