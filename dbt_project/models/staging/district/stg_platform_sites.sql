-- Sites of platform and courier companies and the communities they are paired with:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        site_id,
        platform,
        street,
        community,
        paired_on,
        unpaired_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'platform_sites') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['site_id']) }}
