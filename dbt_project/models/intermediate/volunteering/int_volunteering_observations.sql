{{ config(materialized="view") }}
-- Observations of the domain `volunteering`; the grain and the columns are those of fct_observations.
with recognitions as (
    select * from {{ ref('stg_recognitions') }}
    where row_status = 'current'
),

pilots as (
    select * from {{ ref('int_pilot_history') }}
    where pilot = '专业社工加志愿服务试点社区'
),

senior_social_workers as (
    select * from {{ ref('int_social_worker_history') }}
    where level = '高级社会工作师'
),

-- the stretches of time in which a pilot's assigned worker held the senior certificate, on the register's word
guided_pilots as (
    select
        pilots.pilot_id,
        pilots.provider_code as pilot_provider_code,
        pilots.district_code as pilot_district_code,
        senior_social_workers.provider_type,
        senior_social_workers.provider_code,
        senior_social_workers._delivery_id,
        senior_social_workers._sheet,
        senior_social_workers._source_row,
        greatest(
            pilots.valid_from, pilots.started_on, senior_social_workers.valid_from, senior_social_workers.certified_on
        ) as guided_from,
        least(pilots.valid_to, senior_social_workers.valid_to, senior_social_workers.left_on) as guided_to
    from pilots
    inner join senior_social_workers
        on pilots.senior_social_worker_id = senior_social_workers.social_worker_id
),

persons as (
    select * from {{ ref('int_volunteer_persons') }}
),

hours as (
    select * from {{ ref('stg_volunteer_hours') }}
    where row_status = 'current'
),

persons_hours as (
    select
        hours.served_on,
        hours.provider_type,
        hours.provider_code,
        hours._delivery_id,
        hours._sheet,
        hours._source_row,
        persons.person_id,
        persons.person_district_code,
        persons.person_registered_on,
        row_number() over (
            partition by persons.person_id, {{ period_start('month', 'hours.served_on') }}
            order by hours.served_on asc nulls last, hours.provider_code asc nulls last, hours.record_id asc nulls last
        ) as record_of_month
    from hours
    inner join persons
        on
            hours.provider_code = persons.provider_code
            and hours.volunteer_id = persons.volunteer_id
),

help_requests as (
    select * from {{ ref('stg_help_requests') }}
    where row_status = 'current'
)

{% for indicator_code, award in [
    ('VO01', '全国志愿服务四个100'), ('VO02', '省级志愿服务四个最'), ('VO03', '广东省国际志愿服务优秀典型案例'),
] %}
{{ observation(
    indicator_code, 'recognitions', feed='recognitions', entity_id=provider_key('recognition_id'), district_code='null',
    observed_on='awarded_on', dimensions={'category': 'category'}, where="award = '" ~ award ~ "'",
) }}

union all
{% endfor %}
{{ observation(
    'VO04', 'pilots', feed='pilots', entity_id=provider_key('pilot_id'), valid_from='greatest(valid_from, started_on)',
    valid_to='valid_to',
) }}

union all

{{ observation(
    'VO05', 'pilots', feed='pilots', entity_id=provider_key('pilot_id'), valid_from='greatest(valid_from, started_on)',
    valid_to='valid_to', numerator='0', denominator='1',
) }}

union all

{{ observation(
    'VO05', 'guided_pilots', feed='social_workers', entity_id="pilot_provider_code || ':' || pilot_id",
    district_code='pilot_district_code', valid_from='guided_from', valid_to='guided_to', numerator='1', denominator='0',
) }}

union all

{{ observation(
    'VO06', 'persons', feed='volunteers', entity_id='person_id', district_code='person_district_code',
    valid_from='registered_on', dimensions={'platform': 'provider_code'},
) }}

union all

{{ observation(
    'VO07', 'hours', feed='volunteer_hours', entity_id=provider_key('record_id'), observed_on='served_on',
    numerator='hours', dimensions={'platform': 'provider_code', 'category': 'category'},
) }}

union all

{{ observation(
    'VO08', 'persons', feed='volunteers', entity_id='person_id', district_code='person_district_code',
    valid_from='registered_on', numerator='0', denominator='1', where='is_first_registration',
) }}

union all

{{ observation(
    'VO08', 'persons_hours', feed='volunteer_hours', entity_id='person_id', district_code='person_district_code',
    observed_on='served_on', numerator='1', numerator_on='person_registered_on', denominator='0',
    where='record_of_month = 1',
) }}

union all

{{ observation(
    'VO09', 'help_requests', feed='help_requests', entity_id=provider_key('request_id'), observed_on='matched_on',
    dimensions={'beneficiary': 'beneficiary'}, where='matched_on is not null',
) }}
