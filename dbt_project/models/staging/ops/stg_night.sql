select
    night_on,
    built_at
from {{ source('ops', 'night') }}
