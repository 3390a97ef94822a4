select
    feed,
    title_zh,
    description,
    owner,
    domain,
    mode,
    cadence,
    due_days,
    medium,
    {{ not_delivered() }}
from {{ ref('stg_feeds') }}
