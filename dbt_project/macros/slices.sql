{#- How an observation falls into the slices of int_indicator_slices: the area it counts for, and its member of the dimension. -#}

{#- The city's code, or the observation's district: one that names the whole city for it counts for the city alone. -#}
{% macro slice_area() -%}
    case when slices.level = 'city' then '440300' else nullif(observations.district_code, '440300') end
{%- endmacro %}

{#- The observation's member of the slice's dimension; what was left empty is 未知 (unknown). -#}
{% macro slice_member() -%}
    case slices.dimension
        when 'all' then ''
        {%- for dimension in observation_dimensions() %}
        when '{{ dimension }}' then coalesce(observations.{{ dimension }}, '未知')
        {%- endfor %}
    end
{%- endmacro %}
