select
    indicator_code,
    domain,
    name_zh,
    name_en,
    kind,
    unit,
    definition,
    grain,
    feeds,
    dimensions,
    periods,
    aggregation,
    decimals,
    direction,
    owner
from {{ ref('indicators') }}
