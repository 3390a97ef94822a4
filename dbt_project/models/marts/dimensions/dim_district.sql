select
    district_code,
    name_zh,
    name_en,
    is_city,
    {{ not_delivered() }}
from {{ ref('districts') }}
