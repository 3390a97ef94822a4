with schema_drift as (
    select * from {{ ref('stg_schema_drift') }}
),

deliveries as (
    select * from {{ ref('deliveries') }}
)

select
    schema_drift.delivery_id,
    deliveries.feed,
    deliveries.provider_type,
    deliveries.provider_code,
    deliveries.delivered_on,
    schema_drift.kind,
    schema_drift.column_name
from schema_drift
inner join deliveries
    on schema_drift.delivery_id = deliveries.delivery_id
