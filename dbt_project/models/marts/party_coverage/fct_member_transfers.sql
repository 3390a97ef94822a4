-- One row per transfer of a party member, as last delivered; a member may be transferred more than once.
select
    {{ surrogate_key(['provider_code', 'id_card_pseudonym', 'applied_on']) }} as transfer_key,
    id_card_pseudonym,
    from_org,
    to_org_uscc,
    applied_on,
    completed_on,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_member_transfers') }}
where row_status = 'current'
