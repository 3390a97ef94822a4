-- One row per rule between two feeds that must agree, and provider: how many of its rows break it. Most rules are the
-- references of the contracts; those that are more than a reference are here.
with checked_references as (
    select * from {{ ref('int_checked_references') }}
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
),

counted as (
    select
        feed,
        column_name,
        rule,
        provider_type,
        provider_code,
        rows_checked,
        orphans
    from checked_references
    union all
    select
        feed,
        column_name,
        rule,
        provider_type,
        provider_code,
        count(*) as rows_checked,
        count(*) filter (where is_orphan) as orphans
    from checked
    group by all
)

select
    {{ surrogate_key(['feed', 'column_name', 'rule', 'provider_type', 'provider_code']) }} as orphan_key,
    feed,
    column_name,
    rule,
    provider_type,
    provider_code,
    cast(rows_checked as bigint) as rows_checked,
    cast(orphans as bigint) as orphans
from counted
