-- One row per review of a proposed leader of an association.
select
    {{ surrogate_key(['provider_code', 'review_id']) }} as review_key,
    review_id,
    association_uscc,
    person_id_card_pseudonym,
    post,
    reviewed_on,
    result,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_leader_reviews') }}
where row_status = 'current'
