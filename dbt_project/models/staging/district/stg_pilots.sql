-- Pilot zones and communities: one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        pilot_id,
        pilot,
        name,
        started_on,
        senior_social_worker_id,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'pilots') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['pilot_id']) }}
