-- What staging made of the rows that the lake keeps: one row per delivery and row status.
{% set feeds = var('feeds') -%}
{% for feed in feeds -%}
select
    _delivery_id as delivery_id,
    row_status,
    count(*) as row_count
from {{ ref('stg_' ~ feed) }}
group by all
{% if not loop.last -%} union all {% endif -%}
{% else -%}
select
    delivery_id,
    status as row_status,
    rows_accepted as row_count
from {{ ref('stg_deliveries') }}
where false
{% endfor %}
