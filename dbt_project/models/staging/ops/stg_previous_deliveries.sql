select
    delivery_id,
    status
from {{ source('ops', 'previous_deliveries') }}
