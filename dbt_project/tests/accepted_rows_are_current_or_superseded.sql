-- Over the warehouse, the rows that the lake keeps of a feed are its current, superseded and duplicate rows: a feed for
-- which that is not so lost or doubled rows between the lake and staging.
{{ config(tags=['gate'], meta={'dagster': {'ref': {'name': 'deliveries'}}}) }}

with kept as (
    select
        feed,
        sum(rows_kept) as rows_kept
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
    kept.feed,
    kept.rows_kept,
    staged.rows_current,
    staged.rows_superseded,
    staged.rows_duplicate
from kept
left join staged
    on kept.feed = staged.feed
where kept.rows_kept is distinct from staged.rows_current + staged.rows_superseded + staged.rows_duplicate
