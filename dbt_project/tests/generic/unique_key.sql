{#- Fails for each combination of values that stands in several rows, and for each row that lacks one of them. With `feed`,
    what identifies a row of the feed belongs to the key: its provider and the contract's key. -#}
{% test unique_key(model, columns, feed=none) %}
{%- set key = (['provider_type', 'provider_code'] + contract_of(feed).key if feed else []) + columns %}
select
    {{ key | join(', ') }},
    count(*) as row_count
from {{ model }}
group by all
having
    count(*) > 1
    {%- for column in key %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
