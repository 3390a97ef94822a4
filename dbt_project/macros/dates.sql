{#- What is said differently by each engine about dates, and what a calendar period is called. -#}

{#- The date `days` days after `date_expression`; `days` may be negative, a number or a column. -#}
{% macro add_days(date_expression, days) -%}
    {{ return(adapter.dispatch('add_days')(date_expression, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(date_expression, days) -%}
    ({{ date_expression }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date_expression, days) -%}
    date_add({{ date_expression }}, cast({{ days }} as integer))
{%- endmacro %}

{#- The first day of the week (Monday), month, quarter or year that contains the date. -#}
{% macro period_start(unit, date_expression) -%}
    cast(date_trunc('{{ unit }}', {{ date_expression }}) as date)
{%- endmacro %}

{#- The last day of the month, quarter or year that contains the date. -#}
{% macro period_end(unit, date_expression) -%}
    {%- set months = {'month': 0, 'quarter': 2, 'year': 11}[unit] -%}
    last_day(cast({{ period_start(unit, date_expression) }} + interval '{{ months }}' month as date))
{%- endmacro %}

{#- What the month, quarter or year that contains the date is called: 2025-01, 2025-Q1, 2025. -#}
{% macro period_name(unit, date_expression) -%}
    {%- set year = 'cast(year(' ~ date_expression ~ ') as ' ~ dbt.type_string() ~ ')' -%}
    {%- if unit == 'year' -%}
        {{ year }}
    {%- elif unit == 'quarter' -%}
        {{ year }} || '-Q' || cast(quarter({{ date_expression }}) as {{ dbt.type_string() }})
    {%- else -%}
        {{ year }} || '-' || lpad(cast(month({{ date_expression }}) as {{ dbt.type_string() }}), 2, '0')
    {%- endif -%}
{%- endmacro %}

{#- The day in Shenzhen, which has no summer time, at a moment stored in UTC. -#}
{% macro local_date(timestamp_expression) -%}
    cast({{ timestamp_expression }} + interval '{{ utc_offset_hours() }}' hour as date)
{%- endmacro %}

{#- The last day of the latest period of a cadence that ended on or before the date: what a delivery of that date reports.
    `cadence` is a column that holds daily, weekly, monthly, quarterly or yearly. -#}
{% macro last_period_end(cadence, date_expression) -%}
    {%- set next_day = add_days(date_expression, 1) -%}
    case {{ cadence }}
        when 'daily' then {{ date_expression }}
        {%- for name, unit in [('weekly', 'week'), ('monthly', 'month'), ('quarterly', 'quarter'), ('yearly', 'year')] %}
        when '{{ name }}' then {{ add_days(period_start(unit, next_day), -1) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- The first day of the cadence's period that contains the date. -#}
{% macro cadence_period_start(cadence, date_expression) -%}
    case {{ cadence }}
        when 'daily' then {{ date_expression }}
        {%- for name, unit in [('weekly', 'week'), ('monthly', 'month'), ('quarterly', 'quarter'), ('yearly', 'year')] %}
        when '{{ name }}' then {{ period_start(unit, date_expression) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- The date, or the first (`edge` start) or last (end) day of the period around it where the column `unit` holds month,
    quarter or year rather than day; year_to_date begins with the month and ends with the year. -#}
{% macro rounded_out(edge, unit, date_expression) -%}
    case {{ unit }}
        when 'day' then {{ date_expression }}
        {%- for name in ['month', 'quarter', 'year'] %}
        when '{{ name }}' then {{ period_start(name, date_expression) if edge == 'start' else period_end(name, date_expression) }}
        {%- endfor %}
        when 'year_to_date'
            then {{ period_start('month', date_expression) if edge == 'start' else period_end('year', date_expression) }}
    end
{%- endmacro %}
