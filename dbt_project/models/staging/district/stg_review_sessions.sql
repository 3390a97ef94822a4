-- Sessions of the weekly review, held by the city and the districts:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        session_id,
        level,
        held_on,
        theme,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'review_sessions') }}
)

{{ with_row_status('delivered', mode='append', keys=['session_id']) }}
