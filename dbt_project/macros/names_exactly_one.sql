{#- Whether a cell holds exactly one name. Offices put several in one cell, between 、 ， ; / ｜ or blanks of any kind, and
    write "none" in words. ("和" does not divide: 市发展和改革委员会 is one name.) -#}
{% macro names_exactly_one(column) -%}
    coalesce(
        trim({{ column }}) not in ('', '无', '暂无', '没有', '待定', '-', '—')
        {%- for separator in ['、', '，', ',', '；', ';', '/', '／', '|', '｜', ' ', '　'] %}
        and position('{{ separator }}' in trim({{ column }})) = 0
        {%- endfor %}
        {%- for separator in ['chr(9)', 'chr(10)', 'chr(13)'] %}
        and position({{ separator }} in trim({{ column }})) = 0
        {%- endfor %},
        false
    )
{%- endmacro %}
