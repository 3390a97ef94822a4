select
    delivery_id,
    feed,
    status
from {{ source('ops', 'previous_deliveries') }}
