-- One row per benefit granted to a courier or driver.
select
    {{ surrogate_key(['provider_code', 'benefit_id']) }} as benefit_key,
    benefit_id,
    kind,
    person_id_card_pseudonym,
    granted_on,
    homes,
    free as is_free,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_care_benefits') }}
where row_status = 'current'
