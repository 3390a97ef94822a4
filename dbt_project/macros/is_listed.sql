{#- Whether `value` is one of the words of `list`, which the registry separates by vertical bars. -#}
{% macro is_listed(value, list) -%}
    '|' || {{ list }} || '|' like '%|' || {{ value }} || '|%'
{%- endmacro %}
