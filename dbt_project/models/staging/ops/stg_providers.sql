select
    provider_type,
    provider_code,
    name_zh,
    active_from,
    active_to
from {{ source('ops', 'providers') }}
