{{ config(materialized="view") }}
-- Observations of the domain `social_work`; the grain and the columns are those of fct_observations.
with exam_results as (
    -- results name the year alone; any day of it serves, and the examination is held in June
    select
        *,
        cast(cast(exam_year as {{ dbt.type_string() }}) || '-06-30' as date) as examined_on
    from {{ ref('stg_exam_results') }}
    where row_status = 'current'
),

senior_social_workers as (
    select * from {{ ref('int_social_worker_history') }}
    where level = '高级社会工作师'
),

publicity_events as (
    select * from {{ ref('stg_publicity_events') }}
    where row_status = 'current'
),

service_projects as (
    select * from {{ ref('int_service_project_history') }}
    where is_latest_version
),

service_records as (
    select * from {{ ref('stg_service_records') }}
    where row_status = 'current'
),

-- a field needs one record of the district and month to count in any period and area
numbered_records as (
    select
        *,
        row_number() over (
            partition by field, provider_code, {{ period_start('month', 'served_on') }}
            order by served_on asc nulls last, record_id asc nulls last
        ) as record_of_month
    from service_records
)

{{ observation(
    'SW01', 'exam_results', feed='exam_results', entity_id='id_card_pseudonym', district_code='null',
    observed_on='examined_on', dimensions={'level': 'level'},
) }}

union all

{{ observation(
    'SW02', 'exam_results', feed='exam_results', entity_id='id_card_pseudonym', district_code='null',
    observed_on='examined_on', dimensions={'level': 'level'}, where='passed_all',
) }}

{% for indicator_code in ['SW03', 'SW04'] %}
union all

{{ observation(
    indicator_code, 'senior_social_workers', feed='social_workers', entity_id='id_card_pseudonym',
    valid_from='greatest(valid_from, certified_on)', valid_to='least(valid_to, left_on)',
) }}
{% endfor %}
union all

{{ observation(
    'SW05', 'publicity_events', feed='publicity_events', entity_id='agency_uscc', observed_on='held_on',
) }}

union all

{{ observation(
    'SW06', 'publicity_events', feed='publicity_events', entity_id=provider_key('event_id'), observed_on='held_on',
) }}

union all

{{ observation(
    'SW07', 'service_projects', feed='service_projects', entity_id=provider_key('project_id'), valid_from='starts_on',
    valid_to='least(valid_to, ' ~ add_days('ends_on', 1) ~ ')', dimensions={'field': 'field'},
) }}

{% for indicator_code, service_type in [('SW08', '个案'), ('SW09', '小组')] %}
union all

{{ observation(
    indicator_code, 'service_records', feed='service_records', entity_id=provider_key('case_id'),
    observed_on='served_on', dimensions={'field': 'field'},
    where="service_type = '" ~ service_type ~ "' and case_id is not null",
) }}
{% endfor %}
union all

{{ observation(
    'SW10', 'service_records', feed='service_records', entity_id=provider_key('record_id'), observed_on='served_on',
    dimensions={'field': 'field'}, where="service_type = '社区活动'",
) }}

union all

{{ observation(
    'SW11', 'service_records', feed='service_records', entity_id=provider_key('record_id'), observed_on='served_on',
    numerator='person_times', dimensions={'field': 'field'}, where="service_type = '探访'",
) }}

union all

{{ observation(
    'SW12', 'numbered_records', feed='service_records', entity_id='field', observed_on='served_on',
    where='record_of_month = 1',
) }}

union all

{{ observation(
    'SW13', 'service_records', feed='service_records', entity_id=provider_key('record_id'), observed_on='served_on',
    numerator='person_times', dimensions={'field': 'field'},
) }}
