-- Party committees of industry chains: one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        chain_id,
        name,
        founded_on,
        lead_department,
        dissolved_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'chain_committees') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['chain_id']) }}
