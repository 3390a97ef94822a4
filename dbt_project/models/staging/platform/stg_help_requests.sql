-- Requests for help and how they were matched to volunteers:
-- one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        request_id,
        kind,
        beneficiary,
        district_code,
        requested_at,
        {{ local_date('requested_at') }} as requested_on,
        matched_at,
        {{ local_date('matched_at') }} as matched_on,
        done_at,
        {{ local_date('done_at') }} as done_on,
        updated_at,
        {{ delivery_columns() }}
    from {{ source('raw', 'help_requests') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['request_id'], latest_by='updated_at') }}
