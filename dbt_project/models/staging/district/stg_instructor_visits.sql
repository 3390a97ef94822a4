-- Visits of party-building instructors to organisations:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        visit_id,
        instructor_id,
        org_uscc,
        visited_on,
        topic,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'instructor_visits') }}
)

{{ with_row_status('delivered', mode='append', keys=['visit_id']) }}
