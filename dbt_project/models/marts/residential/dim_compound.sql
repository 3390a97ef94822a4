-- One row per version of a residential compound.
select
    {{ surrogate_key(['provider_code', 'compound_id', 'valid_from']) }} as compound_version_key,
    {{ surrogate_key(['provider_code', 'compound_id']) }} as compound_key,
    {{ foreign_key(['district_code', 'street']) }} as street_key,
    compound_id,
    name,
    street,
    community,
    households,
    branch_founded,
    team_founded,
    platform_since,
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
from {{ ref('int_compound_history') }}
