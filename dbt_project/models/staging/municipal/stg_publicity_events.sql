-- Events of the social-work publicity week:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        event_id,
        agency_uscc,
        title,
        held_on,
        district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'publicity_events') }}
)

{{ with_row_status('delivered', mode='append', keys=['event_id']) }}
