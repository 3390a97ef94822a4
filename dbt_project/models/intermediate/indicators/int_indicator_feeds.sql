-- One row per indicator and feed that it is computed from.
with indicators as (
    select * from {{ ref('indicators') }}
),

feeds as (
    select * from {{ ref('stg_feeds') }}
)

select
    indicators.indicator_code,
    feeds.feed
from indicators
inner join feeds
    on {{ is_listed('feeds.feed', 'indicators.feeds') }}
