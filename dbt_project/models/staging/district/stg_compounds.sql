-- Residential compounds with their party branch, service team and use of the governance platform:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        compound_id,
        name,
        street,
        community,
        households,
        branch_founded,
        team_founded,
        platform_since,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'compounds') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['compound_id']) }}
