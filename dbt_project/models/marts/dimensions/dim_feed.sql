select
    feed,
    title_zh,
    description,
    owner,
    domain,
    mode,
    cadence,
    due_days,
    medium
from {{ ref('stg_feeds') }}
