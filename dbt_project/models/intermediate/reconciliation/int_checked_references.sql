-- How many rows in force name what is not there: one row per reference that a contract declares and provider that has a
-- row in which the column is filled.
{% set references = [] -%}
{% for contract in feeds() %}{% do references.extend(contract.references) %}{% endfor -%}
with {% for reference in references -%}
{{ reference.feed }}_{{ reference.column }} as (
    {{ checked_references(reference.feed, reference.column, reference.parent, reference.key) }}
),

{% endfor -%}

checked as (
    {%- for reference in references %}
    select
        '{{ reference.feed }}' as feed,
        '{{ reference.column }}' as column_name,
        rule,
        provider_type,
        provider_code,
        is_orphan
    from {{ reference.feed }}_{{ reference.column }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    feed,
    column_name,
    rule,
    provider_type,
    provider_code,
    count(*) as rows_checked,
    count(*) filter (where is_orphan) as orphans
from checked
group by all
