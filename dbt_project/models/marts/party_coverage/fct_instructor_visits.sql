-- One row per visit of an instructor to an organisation.
select
    {{ surrogate_key(['provider_code', 'visit_id']) }} as visit_key,
    {{ foreign_key(['provider_code', 'instructor_id']) }} as instructor_key,
    visit_id,
    instructor_id,
    org_uscc,
    visited_on,
    topic,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_instructor_visits') }}
where row_status = 'current'
