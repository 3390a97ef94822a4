-- One row per version of the party committee of an industry chain.
select
    {{ surrogate_key(['chain_id', 'valid_from']) }} as committee_version_key,
    chain_id,
    name,
    founded_on,
    lead_department,
    dissolved_on,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    is_latest_version,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_chain_committee_history') }}
