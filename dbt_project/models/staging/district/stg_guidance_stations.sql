-- Party-building guidance stations and secretary studios in industrial parks:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        station_id,
        name,
        kind,
        park,
        opened_on,
        closed_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'guidance_stations') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['station_id']) }}
