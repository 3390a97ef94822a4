-- Every row that was read is accepted, quarantined or a duplicate: a delivery for which that is not so lost or doubled
-- rows.
{{ config(tags=['gate'], meta={'dagster': {'ref': {'name': 'deliveries'}}}) }}

select
    delivery_id,
    feed,
    provider_code,
    file_name,
    rows_read,
    accepted,
    quarantined,
    duplicate
from {{ ref('deliveries') }}
where rows_read is distinct from accepted + quarantined + duplicate
