-- Non-public enterprises on the districts' books, with what makes them qualify for party building and their party
-- organisation: one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        uscc,
        name,
        industry,
        street,
        employees,
        has_licence,
        has_premises,
        has_members,
        party_org_founded,
        party_org_kind,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'enterprises') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['uscc']) }}
