-- One row per work order of the weekly review, as last delivered.
select
    {{ surrogate_key(['provider_code', 'order_id']) }} as order_key,
    {{ foreign_key(['provider_code', 'session_id']) }} as session_key,
    order_id,
    session_id,
    appeal_id,
    category,
    responsible_unit,
    score,
    reviewed_on,
    supervised_on,
    improved_on,
    lifted_on,
    district_code,
    {{ dates_in_order(['reviewed_on', 'supervised_on', 'improved_on', 'lifted_on']) }} as is_loop_closed,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_review_orders') }}
where row_status = 'current'
