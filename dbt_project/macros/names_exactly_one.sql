{#- Whether a cell holds exactly one name. Offices put several in one cell, between 、 ， , ； ; / or a line break. -#}
{% macro names_exactly_one(column) -%}
    coalesce(
        trim({{ column }}) <> ''
        {%- for separator in ['、', '，', ',', '；', ';', '/'] %}
        and position('{{ separator }}' in {{ column }}) = 0
        {%- endfor %}
        and position(chr(10) in {{ column }}) = 0,
        false
    )
{%- endmacro %}
