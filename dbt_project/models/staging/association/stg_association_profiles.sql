-- An association's own state: industry, party organisation, supervising department:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        uscc,
        name,
        industry,
        party_org,
        party_org_managed_since,
        supervising_department,
        is_city_level,
        members,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'association_profiles') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['uscc']) }}
