{{ config(materialized="view") }}
-- Observations of the domain `weekly_review`; the grain and the columns are those of fct_observations.
with sessions as (
    select * from {{ ref('stg_review_sessions') }}
    where row_status = 'current'
),

year_seals as (
    select * from {{ ref('int_year_seals') }}
),

orders as (
    select
        review_orders.*,
        coalesce(review_orders.lifted_on <= year_seals.sealed_on, true) as is_lifted_in_time
    from {{ ref('stg_review_orders') }} as review_orders
    left join year_seals
        on
            year_seals.indicator_code = 'WR05'
            and {{ period_name('year', 'review_orders.reviewed_on') }} = year_seals.year_period
    where review_orders.row_status = 'current'
),

lookbacks as (
    select * from {{ ref('stg_review_lookbacks') }}
    where row_status = 'current'
),

recognitions as (
    select * from {{ ref('stg_recognitions') }}
    where row_status = 'current'
),

suggestions as (
    select * from {{ ref('stg_suggestions') }}
    where row_status = 'current'
),

appeals as (
    select * from {{ ref('stg_appeals') }}
    where row_status = 'current'
)

{{ observation(
    'WR01', 'sessions', feed='review_sessions', entity_id=provider_key('session_id'), observed_on='held_on',
    dimensions={'level': 'level'},
) }}

union all

{{ observation(
    'WR02', 'orders', feed='review_orders', entity_id=provider_key('order_id'), observed_on='reviewed_on',
    dimensions={'category': 'category'},
) }}

union all

{{ observation(
    'WR03', 'lookbacks', feed='review_lookbacks', entity_id='unit', district_code='null', observed_on='visited_on',
) }}

union all

{{ observation(
    'WR04', 'recognitions', feed='recognitions', entity_id=provider_key('recognition_id'), district_code='null',
    observed_on='awarded_on', dimensions={'category': 'category'}, where="award = '每周一评优秀案例'",
) }}

union all

{{ observation(
    'WR05', 'orders', feed='review_orders', entity_id=provider_key('order_id'), observed_on='reviewed_on',
    numerator='case when ' ~ dates_in_order(['reviewed_on', 'supervised_on', 'improved_on', 'lifted_on'])
        ~ ' and is_lifted_in_time then 1 else 0 end',
    denominator='1', dimensions={'category': 'category'},
) }}

union all

{{ observation(
    'WR06', 'suggestions', feed='suggestions', entity_id=provider_key('suggestion_id'), observed_on='received_on',
    dimensions={'category': 'category'},
) }}

union all

{{ observation(
    'WR07', 'appeals', feed='appeals', entity_id=provider_key('appeal_id'), observed_on='received_on',
    dimensions={'category': 'category'},
) }}
