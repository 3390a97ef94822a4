-- What social workers did in service projects: cases, groups, community activities and visits:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        record_id,
        project_id,
        service_type,
        field,
        case_id,
        served_on,
        person_times,
        hours,
        beneficiary,
        social_worker_id,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'service_records') }}
)

{{ with_row_status('delivered', mode='append', keys=['record_id']) }}
