-- Enterprises joined to the industry chains, with their yearly output:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        chain_id,
        uscc,
        name,
        district_code,
        joined_on,
        output_cny,
        little_giant_since,
        {{ delivery_columns() }}
    from {{ source('raw', 'chain_members') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['chain_id', 'uscc']) }}
