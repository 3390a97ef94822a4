-- Registrations of volunteers on the platforms; a person may have one on each:
-- one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        volunteer_id,
        id_card_pseudonym,
        district_code,
        registered_on,
        updated_at,
        {{ delivery_columns() }}
    from {{ source('raw', 'volunteers') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['volunteer_id'], latest_by='updated_at') }}
