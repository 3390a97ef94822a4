-- One row per version of a site of a platform or courier company.
select
    {{ surrogate_key(['provider_code', 'site_id', 'valid_from']) }} as site_version_key,
    {{ surrogate_key(['provider_code', 'site_id']) }} as site_key,
    {{ foreign_key(['district_code', 'street']) }} as street_key,
    site_id,
    platform,
    street,
    community,
    paired_on,
    unpaired_on,
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
from {{ ref('int_platform_site_history') }}
