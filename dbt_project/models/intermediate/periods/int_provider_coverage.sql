-- How well each provider served a feed in a period: one row per feed, provider and period with a report behind it that
-- is expected (due before the night, or received early) or with a state carried forward. coverage is 1 where all
-- expected reports are accepted, 2 where a list's older state stands in for one, 3 where nothing does. carries_records
-- where records stay as they were because their newest row in one of the reports was refused.
with period_reports as (
    select * from {{ ref('int_period_reports') }}
),

punctuality as (
    select * from {{ ref('int_punctuality') }}
),

states as (
    select * from {{ ref('int_snapshot_states') }}
),

carried_records as (
    select distinct delivery_id from {{ ref('int_carried_records') }}
),

refusals as (
    select
        reported_periods.*,
        deliveries.rows_quarantined,
        carried_records.delivery_id is not null as carries_records
    from {{ ref('int_reported_periods') }} as reported_periods
    inner join {{ ref('stg_deliveries') }} as deliveries
        on reported_periods.delivery_id = deliveries.delivery_id
    left join carried_records
        on reported_periods.delivery_id = carried_records.delivery_id
    where reported_periods.status = 'accepted' and deliveries.rows_quarantined > 0
),

served as (
    select
        period_reports.feed,
        punctuality.provider_type,
        punctuality.provider_code,
        period_reports.period_kind,
        period_reports.period,
        period_reports.period_end,
        count(*) filter (where punctuality.is_expected) as reports_expected,
        count(*) filter (where punctuality.is_expected and punctuality.is_accepted) as reports_received
    from period_reports
    inner join punctuality
        on
            period_reports.feed = punctuality.feed
            and period_reports.cadence_period_end = punctuality.cadence_period_end
    group by all
),

carried as (
    select
        served.*,
        states.delivery_id is not null as has_state
    from served
    left join states
        on
            served.feed = states.feed
            and served.provider_type = states.provider_type
            and served.provider_code = states.provider_code
            and served.period_end >= states.valid_from
            and served.period_end < coalesce(states.valid_to, date '9999-12-31')
),

refused_by_delivery as (
    select distinct
        period_reports.feed,
        period_reports.period_kind,
        period_reports.period,
        refusals.provider_type,
        refusals.provider_code,
        refusals.delivery_id,
        refusals.rows_quarantined,
        refusals.carries_records
    from period_reports
    inner join refusals
        on
            period_reports.feed = refusals.feed
            and period_reports.cadence_period_end between refusals.reported_from and refusals.reported_to
),

refused as (
    select
        feed,
        period_kind,
        period,
        provider_type,
        provider_code,
        sum(rows_quarantined) as rows_refused,
        count(*) filter (where carries_records) > 0 as carries_records
    from refused_by_delivery
    group by all
)

select
    carried.feed,
    carried.provider_type,
    carried.provider_code,
    carried.period_kind,
    carried.period,
    carried.reports_expected,
    carried.reports_received,
    cast(coalesce(refused.rows_refused, 0) as bigint) as rows_refused,
    coalesce(refused.carries_records, false) as carries_records,
    case
        when carried.reports_expected > 0 and carried.reports_received = carried.reports_expected then 1
        when carried.has_state then 2
        else 3
    end as coverage
from carried
left join refused
    on
        carried.feed = refused.feed
        and carried.period_kind = refused.period_kind
        and carried.period = refused.period
        and carried.provider_type = refused.provider_type
        and carried.provider_code = refused.provider_code
where carried.reports_expected > 0 or carried.has_state
