select
    industry,
    name_zh,
    name_en,
    {{ not_delivered() }}
from {{ ref('industries') }}
