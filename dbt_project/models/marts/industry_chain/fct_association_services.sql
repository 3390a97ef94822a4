-- One row per service of an association to an enterprise.
select
    {{ surrogate_key(['provider_code', 'service_id']) }} as service_key,
    service_id,
    enterprise_uscc,
    kind,
    served_on,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_association_services') }}
where row_status = 'current'
