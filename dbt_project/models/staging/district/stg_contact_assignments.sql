-- Which leading cadre looks after which organisation, on which of the four levels:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        org_uscc,
        level,
        cadre_post,
        since as assigned_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'contact_assignments') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['org_uscc', 'level']) }}
