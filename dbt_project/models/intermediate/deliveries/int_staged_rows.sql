-- What staging made of the rows that the lake keeps: one row per delivery and row status.
{% for contract in feeds() -%}
select
    _delivery_id as delivery_id,
    row_status,
    count(*) as row_count
from {{ ref('stg_' ~ contract.feed) }}
group by all
{% if not loop.last -%} union all {% endif -%}
{% endfor %}
