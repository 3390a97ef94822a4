-- Services that associations gave to enterprises:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        service_id,
        enterprise_uscc,
        kind,
        served_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'association_services') }}
)

{{ with_row_status('delivered', mode='append', keys=['service_id']) }}
