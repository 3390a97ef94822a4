-- How complete the ground of a value is: one row per indicator, period and area with a report behind it. A provider
-- that sends several of the indicator's feeds counts once, by the worst of them; growth asks for both ends. A
-- district's row asks of the districts only that one; the department's own rows of a feed that districts send count for
-- the city alone.
with provider_coverage as (
    select * from {{ ref('int_provider_coverage') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

indicator_feeds as (
    select * from {{ ref('int_indicator_feeds') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

district_feeds as (
    select feed from {{ ref('stg_feed_provider_types') }}
    where provider_type = 'district'
),

districts as (
    select * from {{ ref('districts') }}
    where not is_city
),

asked as (
    select
        period_kind,
        period,
        period as asked_period,
        false as is_base
    from periods
    union all
    select
        period_kind,
        period,
        period_a_year_before as asked_period,
        true as is_base
    from periods
),

behind as (
    select
        indicators.indicator_code,
        asked.period_kind,
        asked.period,
        asked.is_base,
        provider_coverage.provider_type,
        provider_coverage.provider_code,
        provider_coverage.reports_expected,
        provider_coverage.reports_received,
        provider_coverage.rows_refused,
        provider_coverage.carries_records and indicators.carries_forward as carries_records,
        case
            when provider_coverage.coverage = 2 and not indicators.carries_forward then 3
            else provider_coverage.coverage
        end as coverage,
        district_feeds.feed is not null as is_of_districts
    from indicators
    inner join indicator_feeds
        on indicators.indicator_code = indicator_feeds.indicator_code
    inner join asked
        on indicators.kind = 'growth' or not asked.is_base
    inner join provider_coverage
        on
            indicator_feeds.feed = provider_coverage.feed
            and asked.period_kind = provider_coverage.period_kind
            and asked.asked_period = provider_coverage.period
    left join district_feeds
        on provider_coverage.feed = district_feeds.feed
),

-- whose coverage counts where: for the city everybody's, for a district its own and that of those who serve them all
counted as (
    select
        behind.*,
        '440300' as area_code
    from behind
    union all
    select
        behind.*,
        case when behind.provider_type = 'district' then behind.provider_code end as area_code
    from behind
    where behind.provider_type = 'district' or not behind.is_of_districts
),

by_provider as (
    select
        indicator_code,
        period_kind,
        period,
        area_code,
        provider_type,
        provider_code,
        max(coverage) as coverage,
        sum(reports_expected) as reports_expected,
        sum(reports_received) as reports_received,
        sum(rows_refused) as rows_refused,
        count(*) filter (where carries_records) as feeds_with_carried_records,
        count(*) filter (where is_base and coverage < 3) as states_at_base,
        count(*) filter (where not is_base and (coverage < 3 or reports_received > 0)) as feeds_received
    from counted
    group by all
),

by_area as (
    select
        indicator_code,
        period_kind,
        period,
        area_code,
        count(*) as providers_expected,
        count(*) filter (where coverage = 1) as providers_reported,
        count(*) filter (where coverage = 2) as providers_carried_forward,
        count(*) filter (where coverage = 3) as providers_missing,
        sum(reports_expected) as reports_expected,
        sum(reports_received) as reports_received,
        sum(rows_refused) as rows_refused,
        sum(feeds_with_carried_records) as feeds_with_carried_records,
        sum(states_at_base) as states_at_base,
        sum(feeds_received) as feeds_received
    from by_provider
    group by all
),

areas as (
    select
        by_area.*,
        districts.district_code
    from by_area
    inner join districts
        on by_area.area_code is null or by_area.area_code = districts.district_code
    union all
    select
        by_area.*,
        '440300' as district_code
    from by_area
    where by_area.area_code = '440300'
)

select
    indicator_code,
    period_kind,
    period,
    district_code as area_code,
    cast(sum(providers_expected) as integer) as providers_expected,
    cast(sum(providers_reported) as integer) as providers_reported,
    cast(sum(providers_carried_forward) as integer) as providers_carried_forward,
    cast(sum(providers_missing) as integer) as providers_missing,
    cast(sum(reports_expected) as integer) as reports_expected,
    cast(sum(reports_received) as integer) as reports_received,
    cast(sum(rows_refused) as bigint) as rows_refused,
    sum(feeds_with_carried_records) > 0 as carries_records,
    sum(states_at_base) > 0 as has_base,
    sum(feeds_received) > 0 as is_received
from areas
group by indicator_code, period_kind, period, district_code
