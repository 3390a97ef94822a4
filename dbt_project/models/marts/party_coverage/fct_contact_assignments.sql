-- One row per version of the assignment of a leading cadre to an organisation.
select
    {{ surrogate_key(['provider_code', 'org_uscc', 'level', 'valid_from']) }} as assignment_version_key,
    {{ surrogate_key(['provider_code', 'org_uscc', 'level']) }} as assignment_key,
    org_uscc,
    level,
    cadre_post,
    since as assigned_on,
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
from {{ ref('int_contact_assignment_history') }}
