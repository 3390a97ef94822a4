-- One row per street (sub-district office) that any list of a district names; its source is the list that named it
-- first.
{% set lists = [
    'int_enterprise_history', 'int_social_organisation_history', 'int_friendly_place_history', 'int_platform_site_history',
    'int_compound_history',
] -%}
with named as (
    {% for list in lists %}
    select
        district_code,
        street,
        valid_from,
        _delivery_id,
        _sheet,
        _source_row
    from {{ ref(list) }}
    where street is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by district_code, street
            order by
                valid_from asc nulls last,
                _delivery_id asc nulls last,
                _sheet asc nulls last,
                _source_row asc nulls last
        ) as mention
    from named
)

select
    {{ surrogate_key(['district_code', 'street']) }} as street_key,
    district_code,
    street,
    _delivery_id,
    _sheet,
    _source_row
from ranked
where mention = 1
