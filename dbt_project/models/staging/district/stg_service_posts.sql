-- Public-service posts made from idle space in compounds:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        post_id,
        compound_id,
        category,
        area_m2,
        opened_on,
        closed_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'service_posts') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['post_id']) }}
