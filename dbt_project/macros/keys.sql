{#- Surrogate keys: digests of what identifies a row, so that a rebuild gives every row the key it had. -#}

{#- The key of the thing that these columns identify; none of them is null. -#}
{% macro surrogate_key(columns) -%}
    md5({{ surrogate_text(columns) }})
{%- endmacro %}

{#- The values of some columns (`of` is the relation that has them, where there are several) as one text: in Python
    pipelines.privacy.record_keys. -#}
{% macro surrogate_text(columns, of=none) -%}
    {%- set prefix = of ~ '.' if of else '' -%}
    concat_ws('|', {% for column in columns %}cast({{ prefix }}{{ column }} as {{ dbt.type_string() }}){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- The surrogate key of a thing that a row names; null where it names none. -#}
{% macro foreign_key(columns) -%}
    case when {{ columns | join(' is not null and ') }} is not null then {{ surrogate_key(columns) }} end
{%- endmacro %}

{#- The source columns of a row that the project keeps itself: no delivery brought it. -#}
{% macro not_delivered() -%}
    cast(null as {{ dbt.type_string() }}) as _delivery_id,
    cast(null as {{ dbt.type_string() }}) as _sheet,
    cast(null as bigint) as _source_row
{%- endmacro %}

{#- A number that tells the values of some columns from others, for comparing a few rows with each other; no key. -#}
{% macro digest(columns) -%}
    {{ adapter.dispatch('digest')(columns) }}
{%- endmacro %}

{% macro default__digest(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__digest(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
