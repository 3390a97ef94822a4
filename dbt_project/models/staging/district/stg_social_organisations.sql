-- Social organisations on the districts' books, with their party organisation:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        uscc,
        name,
        kind,
        street,
        party_org_founded,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'social_organisations') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['uscc']) }}
