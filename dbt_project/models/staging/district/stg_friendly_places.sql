-- Friendly scenes, warm-hearted merchants and rider studios for new-employment groups:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        place_id,
        name,
        category,
        street,
        longitude,
        latitude,
        opened_on,
        closed_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'friendly_places') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['place_id']) }}
