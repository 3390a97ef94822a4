select
    provider_type,
    provider_code,
    name_zh,
    case when provider_type = 'district' then provider_code end as district_code,
    active_from,
    active_to,
    {{ not_delivered() }}
from {{ ref('stg_providers') }}
