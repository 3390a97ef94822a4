{#- Fails on each combination of the columns that occurs more than once. -#}
{% test unique_over(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by all
having count(*) > 1

{% endtest %}
