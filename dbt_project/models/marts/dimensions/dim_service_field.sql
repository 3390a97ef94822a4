select
    field,
    field as name_zh,
    name_en,
    {{ not_delivered() }}
from {{ ref('service_fields') }}
