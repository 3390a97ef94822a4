-- Awards and model cases: one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        recognition_id,
        award,
        level,
        recipient,
        category,
        awarded_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'recognitions') }}
)

{{ with_row_status('delivered', mode='append', keys=['recognition_id']) }}
