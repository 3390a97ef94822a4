{#- Whether all of these dates are there and none lies before the one that precedes it. -#}
{% macro dates_in_order(columns) -%}
    coalesce(
        {%- for column in columns[1:] %}
        {{ columns[loop.index0] }} <= {{ column }}{{ ' and' if not loop.last }}
        {%- endfor %},
        false
    )
{%- endmacro %}
