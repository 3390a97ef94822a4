-- Party-building instructors in post: one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        instructor_id,
        appointed_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'instructors') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['instructor_id']) }}
