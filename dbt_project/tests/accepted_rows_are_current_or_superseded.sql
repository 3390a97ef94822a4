-- Over the warehouse, the rows that the lake keeps of a feed are its current, superseded and duplicate rows: a feed for
-- which that is not so lost or doubled rows between the lake and staging.
{{ config(tags=['gate'], meta={'dagster': {'ref': {'name': 'deliveries'}}}) }}

with accepted as (
    select
        feed,
        sum(rows_accepted) as rows_accepted
    from {{ ref('stg_deliveries') }}
    where status = 'accepted'
    group by all
),

staged as (
    select
        feed,
        sum(rows_current) as rows_current,
        sum(rows_superseded) as rows_superseded,
        sum(case when status = 'accepted' then duplicate else 0 end) as rows_duplicate
    from {{ ref('deliveries') }}
    group by all
)

select
    accepted.feed,
    accepted.rows_accepted,
    staged.rows_current,
    staged.rows_superseded,
    staged.rows_duplicate
from accepted
left join staged
    on accepted.feed = staged.feed
where accepted.rows_accepted is distinct from staged.rows_current + staged.rows_superseded + staged.rows_duplicate
