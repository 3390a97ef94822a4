select
    delivery_id,
    kind,
    column_name
from {{ source('ops', 'schema_drift') }}
