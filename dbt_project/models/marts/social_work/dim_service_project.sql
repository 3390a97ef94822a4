-- One row per version of a social-work service project.
select
    {{ surrogate_key(['provider_code', 'project_id', 'valid_from']) }} as project_version_key,
    {{ surrogate_key(['provider_code', 'project_id']) }} as project_key,
    project_id,
    name,
    agency_uscc,
    field,
    starts_on,
    ends_on,
    contract_cny,
    district_code,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    is_latest_version,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_service_project_history') }}
