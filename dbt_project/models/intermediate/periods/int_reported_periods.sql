-- What each accepted or rejected delivery reports: one row per delivery, with the days reported_from to reported_to.
-- A list reports the period whose state it is (the ledger says which); another file the latest period of its feed's
-- cadence that ended on or before its date, a daily file the last day on which people worked. A page set reports every
-- day since the page set before it, so that an outage on our side leaves no gap; the first reports all before it.
with deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where status in ('accepted', 'rejected')
),

feeds as (
    select * from {{ ref('stg_feeds') }}
),

calendar as (
    select * from {{ ref('stg_calendar') }}
),

dated as (
    select
        deliveries.*,
        feeds.cadence,
        coalesce(
            deliveries.state_on,
            case when feeds.cadence = 'daily' then calendar.last_worked_on end,
            {{ last_period_end('feeds.cadence', 'deliveries.delivered_on') }}
        ) as last_period_end
    from deliveries
    inner join feeds
        on deliveries.feed = feeds.feed
    left join calendar
        on deliveries.delivered_on = calendar.date_on
)

select
    delivery_id,
    feed,
    provider_type,
    provider_code,
    status,
    delivered_on,
    is_page_set,
    case
        when is_page_set then coalesce(covers_from, date '1900-01-01')
        else {{ cadence_period_start('cadence', 'last_period_end') }}
    end as reported_from,
    case when is_page_set then delivered_on else last_period_end end as reported_to
from dated
