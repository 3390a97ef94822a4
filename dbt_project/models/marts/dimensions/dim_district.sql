select
    district_code,
    name_zh,
    name_en,
    is_city
from {{ ref('districts') }}
