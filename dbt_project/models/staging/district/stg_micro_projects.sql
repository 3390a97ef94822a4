-- Livelihood micro-projects, from the demand to the evaluation by residents:
-- one row per row as delivered; the newest delivery of a key is current.
with delivered as (
    select
        project_id,
        name,
        project_class,
        beneficiary,
        compound_id,
        community,
        demanded_on,
        approved_on,
        started_on,
        finished_on,
        evaluated_on,
        budget_cny,
        score,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'micro_projects') }}
)

{{ with_row_status('delivered', mode='upsert', keys=['project_id']) }}
