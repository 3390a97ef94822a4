-- Social-work service projects contracted to agencies:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        project_id,
        name,
        agency_uscc,
        field,
        starts_on,
        ends_on,
        contract_cny,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'service_projects') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['project_id']) }}
