-- One row per rule between two feeds that must agree, and provider: how many of its rows break it.
{% set references = [
    ('instructor_visits', 'instructor_id', 'instructors', 'instructor_id'),
    ('service_posts', 'compound_id', 'compounds', 'compound_id'),
    ('micro_projects', 'compound_id', 'compounds', 'compound_id'),
    ('review_orders', 'session_id', 'review_sessions', 'session_id'),
    ('review_orders', 'appeal_id', 'appeals', 'appeal_id'),
    ('service_records', 'project_id', 'service_projects', 'project_id'),
    ('pilots', 'senior_social_worker_id', 'social_workers', 'social_worker_id'),
    ('leader_reviews', 'association_uscc', 'association_profiles', 'uscc'),
    ('volunteer_hours', 'volunteer_id', 'volunteers', 'volunteer_id'),
    ('chain_members', 'chain_id', 'chain_committees', 'chain_id'),
] -%}
{% set district_feeds = [
    'association_events', 'volunteers', 'volunteer_hours', 'help_requests', 'chain_members', 'social_workers',
    'publicity_events',
] -%}
with districts as (
    select * from {{ ref('districts') }}
    where not is_city
),

service_records as (
    select * from {{ ref('stg_service_records') }}
    where row_status = 'current'
),

service_projects as (
    select * from {{ ref('stg_service_projects') }}
    where row_status <> 'duplicate'
),

pilots as (
    select * from {{ ref('stg_pilots') }}
    where row_status = 'current'
),

senior_social_workers as (
    select * from {{ ref('stg_social_workers') }}
    where row_status = 'current' and level = '高级社会工作师'
),

{% for feed, column, parent_feed, key in references -%}
{{ feed }}_{{ column }} as (
    {{ checked_references(feed, column, parent_feed, key) }}
),

{% endfor -%}

-- a project that was extended was active on a date if any of its versions was
projects_on_dates as (
    select
        service_records.provider_type,
        service_records.provider_code,
        service_records.record_id,
        count(service_projects.project_id) = 0 as is_orphan
    from service_records
    left join service_projects
        on
            service_records.provider_code = service_projects.provider_code
            and service_records.project_id = service_projects.project_id
            and service_records.served_on between service_projects.starts_on and service_projects.ends_on
    group by all
),

guided_pilots as (
    select
        pilots.provider_type,
        pilots.provider_code,
        pilots.pilot_id,
        count(senior_social_workers.social_worker_id) = 0 as is_orphan
    from pilots
    left join senior_social_workers
        on
            pilots.senior_social_worker_id = senior_social_workers.social_worker_id
            and coalesce(senior_social_workers.left_on > senior_social_workers.delivered_on, true)
    where pilots.senior_social_worker_id is not null
    group by all
),

checked as (
    {% for feed, column, parent_feed, key in references %}
    select
        '{{ feed }}' as feed,
        '{{ column }}' as column_name,
        'exists in {{ parent_feed }}' as rule,
        provider_type,
        provider_code,
        is_orphan
    from {{ feed }}_{{ column }}
    union all
    {% endfor %}
    {% for feed in district_feeds %}
    select
        '{{ feed }}' as feed,
        'district_code' as column_name,
        'is a district of the city' as rule,
        children.provider_type,
        children.provider_code,
        districts.district_code is null as is_orphan
    from {{ ref('stg_' ~ feed) }} as children
    left join districts
        on children.district_code = districts.district_code
    where
        children.row_status = 'current'
        and children.district_code is not null
    union all
    {% endfor %}
    select
        'service_records' as feed,
        'served_on' as column_name,
        'project is active on the date' as rule,
        provider_type,
        provider_code,
        is_orphan
    from projects_on_dates
    union all
    select
        'pilots' as feed,
        'senior_social_worker_id' as column_name,
        'holds the senior certificate' as rule,
        provider_type,
        provider_code,
        is_orphan
    from guided_pilots
)

select
    {{ surrogate_key(['feed', 'column_name', 'rule', 'provider_type', 'provider_code']) }} as orphan_key,
    feed,
    column_name,
    rule,
    provider_type,
    provider_code,
    cast(count(*) as bigint) as rows_checked,
    cast(count(*) filter (where is_orphan) as bigint) as orphans
from checked
group by all
