{{ config(materialized="view") }}
-- Observations of the domain `micro_projects`; the grain and the columns are those of fct_observations.
with projects as (
    select * from {{ ref('stg_micro_projects') }}
    where row_status = 'current'
),

approved as (
    select * from projects
    where approved_on is not null
),

year_seals as (
    select * from {{ ref('int_year_seals') }}
),

finished as (
    select
        projects.*,
        coalesce(projects.evaluated_on <= year_seals.sealed_on, projects.evaluated_on is not null) as is_evaluated
    from projects
    left join year_seals
        on
            year_seals.indicator_code = 'MP04'
            and {{ period_name('year', 'projects.finished_on') }} = year_seals.year_period
    where projects.finished_on is not null
)

{{ observation(
    'MP01', 'approved', feed='micro_projects', entity_id=provider_key('project_id'), observed_on='approved_on',
    dimensions={'category': 'project_class', 'beneficiary': 'beneficiary'},
) }}

union all

{{ observation(
    'MP02', 'approved', feed='micro_projects', entity_id=provider_key('project_id'), observed_on='approved_on',
    dimensions={'beneficiary': 'beneficiary'},
    where="project_class = '服务类' and beneficiary in ('一老', '一小', '一困')",
) }}

union all

{{ observation(
    'MP03', 'approved', feed='micro_projects', entity_id=provider_key('project_id'), observed_on='approved_on',
    numerator='case when compound_id is not null then 1 else 0 end', denominator='1',
) }}

union all

{{ observation(
    'MP04', 'finished', feed='micro_projects', entity_id=provider_key('project_id'), observed_on='finished_on',
    numerator='case when is_evaluated then 1 else 0 end', denominator='1',
) }}

union all

{{ observation(
    'MP05', 'approved', feed='micro_projects', entity_id=provider_key('project_id'), observed_on='approved_on',
    numerator='coalesce(budget_cny, 0)', dimensions={'category': 'project_class'},
) }}
