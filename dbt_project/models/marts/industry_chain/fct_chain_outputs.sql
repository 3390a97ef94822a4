-- One row per year, chain and enterprise on the chain's list. An enterprise in several chains has a row in each: take
-- the largest of them, not their sum.
select
    {{ surrogate_key(['provider_code', 'chain_id', 'uscc', 'year_end']) }} as output_key,
    {{ surrogate_key(['chain_id', 'uscc']) }} as membership_key,
    chain_id,
    uscc,
    district_code,
    year_end,
    output_cny,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_chain_outputs') }}
