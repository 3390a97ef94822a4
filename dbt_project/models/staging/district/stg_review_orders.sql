-- Work orders of the weekly review, through supervision, improvement and result:
-- one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        order_id,
        session_id,
        appeal_id,
        category,
        responsible_unit,
        score,
        reviewed_on,
        supervised_on,
        improved_on,
        lifted_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'review_orders') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['order_id']) }}
