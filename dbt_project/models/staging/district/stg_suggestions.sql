-- People's suggestions collected in campaigns: one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        suggestion_id,
        received_on,
        category,
        campaign,
        adopted as is_adopted,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'suggestions') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['suggestion_id']) }}
