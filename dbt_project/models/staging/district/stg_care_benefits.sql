-- Holiday homes and medicals granted to couriers and drivers:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        benefit_id,
        kind,
        person_id_card_pseudonym,
        granted_on,
        homes,
        free as is_free,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'care_benefits') }}
)

{{ with_row_status('delivered', mode='append', keys=['benefit_id']) }}
