-- One row per version of a public-service post.
select
    {{ surrogate_key(['provider_code', 'post_id', 'valid_from']) }} as post_version_key,
    {{ surrogate_key(['provider_code', 'post_id']) }} as post_key,
    {{ foreign_key(['provider_code', 'compound_id']) }} as compound_key,
    post_id,
    compound_id,
    category,
    area_m2,
    opened_on,
    closed_on,
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
from {{ ref('int_service_post_history') }}
