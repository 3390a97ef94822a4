-- Register of certified social workers: one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        social_worker_id,
        id_card_pseudonym,
        level,
        certified_on,
        district_code,
        agency_uscc,
        left_on,
        {{ delivery_columns() }}
    from {{ source('raw', 'social_workers') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['social_worker_id']) }}
