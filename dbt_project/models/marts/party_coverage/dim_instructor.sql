-- One row per version of an instructor in post.
select
    {{ surrogate_key(['provider_code', 'instructor_id', 'valid_from']) }} as instructor_version_key,
    {{ surrogate_key(['provider_code', 'instructor_id']) }} as instructor_key,
    instructor_id,
    appointed_on,
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
from {{ ref('int_instructor_history') }}
