-- One row per return visit of the city to a reviewed unit.
select
    {{ surrogate_key(['provider_code', 'lookback_id']) }} as lookback_key,
    lookback_id,
    unit,
    visited_on,
    conclusion,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_review_lookbacks') }}
where row_status = 'current'
