-- Return visits of the city to reviewed units:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        lookback_id,
        unit,
        visited_on,
        conclusion,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'review_lookbacks') }}
)

{{ with_row_status('delivered', mode='append', keys=['lookback_id']) }}
