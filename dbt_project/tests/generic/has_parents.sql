{#- Fails for each value that finds no row where it should: `of` names for each column the model that has the column's
    values, under the same name. A null names nothing. -#}
{% test has_parents(model, of) %}
{%- for column, parent in of.items() %}
select
    '{{ column }}' as column_name,
    cast(children.{{ column }} as {{ dbt.type_string() }}) as value_without_parent,
    count(*) as row_count
from {{ model }} as children
left join {{ ref(parent) }} as parents
    on children.{{ column }} = parents.{{ column }}
where children.{{ column }} is not null and parents.{{ column }} is null
group by all
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endtest %}
