select
    feed,
    provider_type
from {{ source('ops', 'feed_provider_types') }}
