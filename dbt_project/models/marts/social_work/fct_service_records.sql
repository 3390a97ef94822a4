-- One row per record of what social workers did in a project.
select
    {{ surrogate_key(['provider_code', 'record_id']) }} as record_key,
    {{ foreign_key(['provider_code', 'project_id']) }} as project_key,
    record_id,
    project_id,
    service_type,
    field,
    case_id,
    served_on,
    person_times,
    hours,
    beneficiary,
    social_worker_id,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_service_records') }}
where row_status = 'current'
