-- Transfers of party membership to where the member works, from application to completion:
-- one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        id_card_pseudonym,
        from_org,
        to_org_uscc,
        applied_on,
        completed_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'member_transfers') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['id_card_pseudonym']) }}
