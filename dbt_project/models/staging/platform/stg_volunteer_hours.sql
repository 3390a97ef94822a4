-- Records of volunteer service: one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        record_id,
        volunteer_id,
        activity_id,
        category,
        district_code,
        served_on,
        hours,
        updated_at,
        {{ delivery_columns() }}
    from {{ source('raw', 'volunteer_hours') }}
)

{{ with_row_status('delivered', mode='append', keys=['record_id']) }}
