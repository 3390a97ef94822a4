-- How complete the ground of a value is: one row per indicator, period and area with a registered provider.
-- A provider that sends several of the indicator's feeds counts once, by the worst of them. A district's row asks of
-- the districts only that one; the department's own rows of a feed that districts send count for the city alone.
with provider_coverage as (
    select * from {{ ref('int_provider_coverage') }}
),

indicator_feeds as (
    select * from {{ ref('int_indicator_feeds') }}
),

district_feeds as (
    select feed from {{ ref('stg_feed_provider_types') }}
    where provider_type = 'district'
),

districts as (
    select * from {{ ref('districts') }}
    where not is_city
),

worst as (
    select
        indicator_feeds.indicator_code,
        provider_coverage.period_kind,
        provider_coverage.period,
        provider_coverage.provider_type,
        provider_coverage.provider_code,
        max(provider_coverage.coverage) as coverage
    from provider_coverage
    inner join indicator_feeds
        on provider_coverage.feed = indicator_feeds.feed
    group by all
),

worst_for_districts as (
    select
        indicator_feeds.indicator_code,
        provider_coverage.period_kind,
        provider_coverage.period,
        provider_coverage.provider_type,
        provider_coverage.provider_code,
        max(provider_coverage.coverage) as coverage
    from provider_coverage
    inner join indicator_feeds
        on provider_coverage.feed = indicator_feeds.feed
    left join district_feeds
        on provider_coverage.feed = district_feeds.feed
    where provider_coverage.provider_type = 'district' or district_feeds.feed is null
    group by all
),

areas as (
    select
        indicator_code,
        period_kind,
        period,
        '440300' as area_code,
        coverage
    from worst
    union all
    select
        worst_for_districts.indicator_code,
        worst_for_districts.period_kind,
        worst_for_districts.period,
        districts.district_code as area_code,
        worst_for_districts.coverage
    from worst_for_districts
    inner join districts
        on
            worst_for_districts.provider_type <> 'district'
            or worst_for_districts.provider_code = districts.district_code
)

select
    indicator_code,
    period_kind,
    period,
    area_code,
    cast(count(*) as integer) as providers_expected,
    cast(count(*) filter (where coverage = 1) as integer) as providers_reported,
    cast(count(*) filter (where coverage = 2) as integer) as providers_carried_forward,
    cast(count(*) filter (where coverage = 3) as integer) as providers_missing
from areas
group by all
