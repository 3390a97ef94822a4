-- What associations held or issued: exhibitions, lectures, standards, white papers:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        event_id,
        kind,
        title,
        held_on,
        district_code,
        participants,
        {{ delivery_columns() }}
    from {{ source('raw', 'association_events') }}
)

{{ with_row_status('delivered', mode='append', keys=['event_id']) }}
