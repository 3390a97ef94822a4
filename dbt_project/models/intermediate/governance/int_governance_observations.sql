{{ config(materialized="view") }}
-- Observations of the domain `governance`; the grain and the columns are those of fct_observations.
with tasks as (
    select * from {{ ref('int_task_history') }}
    where programme = '党建引领基层治理'
),

latest_tasks as (
    select
        *,
        cast(cast(year as {{ dbt.type_string() }}) || '-01-01' as date) as year_start,
        cast(cast(year + 1 as {{ dbt.type_string() }}) || '-01-01' as date) as next_year_start
    from tasks
    where is_latest_version
),

pilots as (
    select * from {{ ref('int_pilot_history') }}
)

{{ observation(
    'GC01', 'tasks', feed='task_list', entity_id='responsible_unit', district_code='null', valid_from='valid_from',
    valid_to='valid_to',
) }}

union all

{{ observation(
    'GC02', 'latest_tasks', feed='task_list', entity_id=provider_key('task_id'), district_code='null',
    observed_on='year_start', dimensions={'status': 'status'},
) }}

{% for indicator_code, pilot in [('GC03', '两社三中心试点区'), ('GC04', '社区运营试点社区')] %}
union all

{{ observation(
    indicator_code, 'pilots', feed='pilots', entity_id=provider_key('pilot_id'),
    valid_from='greatest(valid_from, started_on)', valid_to='valid_to', where="pilot = '" ~ pilot ~ "'",
) }}
{% endfor %}
union all

{{ observation(
    'GC05', 'latest_tasks', feed='task_list', entity_id=provider_key('task_id'), district_code='null',
    valid_from='year_start', valid_to='next_year_start',
    numerator="case when status = '已完成' and done_on is not null then 1 else 0 end", numerator_on='done_on',
    denominator='1', dimensions={'responsible_unit': 'responsible_unit'},
) }}
