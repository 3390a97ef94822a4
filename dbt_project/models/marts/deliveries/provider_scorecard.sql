with punctuality as (
    select * from {{ ref('int_punctuality') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

reported_periods as (
    select * from {{ ref('int_reported_periods') }}
),

deliveries as (
    select * from {{ ref('deliveries') }}
),

answers as (
    select
        punctuality.feed,
        punctuality.provider_type,
        punctuality.provider_code,
        periods.period_kind,
        periods.period,
        count(*) filter (where punctuality.is_expected) as expected,
        count(*) filter (where punctuality.is_received) as received,
        count(*) filter (where punctuality.is_on_time) as on_time
    from punctuality
    inner join periods
        on punctuality.cadence_period_end between periods.period_start and periods.period_end
    group by all
),

row_counts as (
    select
        deliveries.feed,
        deliveries.provider_type,
        deliveries.provider_code,
        periods.period_kind,
        periods.period,
        count(*) filter (where deliveries.status = 'rejected') as rejected,
        sum(deliveries.rows_read) as rows_read,
        sum(deliveries.accepted) as accepted,
        sum(deliveries.quarantined) as quarantined,
        sum(deliveries.duplicate) as duplicate
    from deliveries
    inner join reported_periods
        on deliveries.delivery_id = reported_periods.delivery_id
    inner join periods
        on reported_periods.reported_to between periods.period_start and periods.period_end
    group by all
)

select
    answers.feed,
    answers.provider_type,
    answers.provider_code,
    answers.period_kind,
    answers.period,
    cast(answers.expected as integer) as expected,
    cast(answers.received as integer) as received,
    cast(answers.on_time as integer) as on_time,
    cast(coalesce(row_counts.rejected, 0) as integer) as rejected,
    cast(coalesce(row_counts.rows_read, 0) as bigint) as rows_read,
    cast(coalesce(row_counts.accepted, 0) as bigint) as accepted,
    cast(coalesce(row_counts.quarantined, 0) as bigint) as quarantined,
    cast(coalesce(row_counts.duplicate, 0) as bigint) as duplicate
from answers
left join row_counts
    on
        answers.feed = row_counts.feed
        and answers.provider_type = row_counts.provider_type
        and answers.provider_code = row_counts.provider_code
        and answers.period_kind = row_counts.period_kind
        and answers.period = row_counts.period
