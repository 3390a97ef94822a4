-- Appeals and suggestions, from receipt to closure:
-- one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        appeal_id,
        received_at,
        {{ local_date('received_at') }} as received_on,
        source_channel,
        category,
        uscc,
        summary,
        due_date,
        closed_at,
        {{ local_date('closed_at') }} as closed_on,
        result,
        satisfaction,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'appeals') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['appeal_id']) }}
