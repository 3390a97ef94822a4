{#- Sort keys that place the deliveries of a provider and feed, first to last, or last to first with `desc`: what
    pipelines.lake.ledger.Delivery.order is in Python. `of` is the relation that has them, where there are several. -#}
{% macro delivery_order(direction='asc', of=none, delivery_id='delivery_id') -%}
    {%- set prefix = of ~ '.' if of else '' -%}
    {%- for column in ['delivered_on', 'delivery_sequence', 'file_name', delivery_id] %}
    {{ prefix }}{{ column }} {{ direction }} nulls last{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
