-- One row per version of the membership of an enterprise in an industry chain.
select
    {{ surrogate_key(['chain_id', 'uscc', 'valid_from']) }} as membership_version_key,
    {{ surrogate_key(['chain_id', 'uscc']) }} as membership_key,
    chain_id,
    uscc,
    name,
    joined_on,
    little_giant_since,
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
from {{ ref('int_chain_member_history') }}
