{#- The one shape of evidence: what each indicator is counted from. -#}

{#- The dimensions that an observation may carry beside the district. -#}
{% macro observation_dimensions() -%}
    {{ return([
        'source_channel', 'category', 'level', 'chain', 'industry', 'responsible_unit', 'status', 'platform', 'result',
        'beneficiary', 'field',
    ]) }}
{%- endmacro %}

{#- An identifier that is unique over all providers, of a key that is only unique within its own. -#}
{% macro provider_key(column) -%}
    provider_code || ':' || {{ column }}
{%- endmacro %}

{#- Observations of one indicator: a select over `relation` (a CTE) that gives all columns, in order and typed.

    Give `observed_on` for a flow, `valid_from` and `valid_to` for a stock. All arguments are SQL expressions over the
    relation, which also has provider_type, provider_code, _delivery_id, _sheet and _source_row.

    entity_id      what is counted once however many rows it has; the same thing has the same id whoever reports it
    numerator      the amount of a sum; 1 or 0 for a ratio
    denominator    1 or 0 for a ratio
    numerator_on   the numerator counts only in periods that end on or after this day
    dimensions     {dimension: expression} of observation_dimensions() -#}
{% macro observation(
    indicator_code, relation, feed, entity_id, district_code='district_code', observed_on='null', valid_from='null',
    valid_to='null', numerator='null', denominator='null', numerator_on='null', dimensions={}, where=none
) -%}
    select
        '{{ indicator_code }}' as indicator_code,
        cast({{ entity_id }} as {{ dbt.type_string() }}) as entity_id,
        cast({{ district_code }} as {{ dbt.type_string() }}) as district_code,
        cast({{ observed_on }} as date) as observed_on,
        cast({{ valid_from }} as date) as valid_from,
        cast({{ valid_to }} as date) as valid_to,
        cast({{ numerator }} as decimal(38, 4)) as numerator,
        cast({{ denominator }} as decimal(38, 4)) as denominator,
        cast({{ numerator_on }} as date) as numerator_on,
        {%- for dimension in dimensions if dimension not in observation_dimensions() %}
        {{ exceptions.raise_compiler_error(indicator_code ~ ' has an unknown dimension ' ~ dimension) }}
        {%- endfor %}
        {%- for dimension in observation_dimensions() %}
        cast({{ dimensions.get(dimension, 'null') }} as {{ dbt.type_string() }}) as {{ dimension }},
        {%- endfor %}
        '{{ feed }}' as feed,
        provider_type,
        provider_code,
        _delivery_id,
        _sheet,
        _source_row
    from {{ relation }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
{%- endmacro %}
