-- One row per version of an enterprise, a social organisation or an association on a provider's list.
-- What a kind of organisation is not asked for is null.
{% set kinds = {
    'enterprise': {
        'history': 'int_enterprise_history',
        'columns': {
            'industry': 'industry', 'street': 'street', 'party_org_founded': 'party_org_founded',
            'is_qualifying': 'has_licence and has_premises and has_members',
        },
    },
    'social_organisation': {
        'history': 'int_social_organisation_history',
        'columns': {'registered_as': 'kind', 'street': 'street', 'party_org_founded': 'party_org_founded'},
    },
    'association': {
        'history': 'int_association_history',
        'columns': {
            'industry': 'industry', 'party_org_managed_since': 'party_org_managed_since',
            'supervising_department': 'supervising_department', 'is_city_level': 'is_city_level', 'members': 'members',
        },
    },
} -%}
{% set columns = {
    'industry': dbt.type_string(),
    'registered_as': dbt.type_string(),
    'street': dbt.type_string(),
    'is_qualifying': 'boolean',
    'party_org_founded': 'date',
    'party_org_managed_since': 'date',
    'supervising_department': dbt.type_string(),
    'is_city_level': 'boolean',
    'members': 'bigint',
} -%}
with organisations as (
    {% for organisation_type, kind in kinds.items() %}
    select
        '{{ organisation_type }}' as organisation_type,
        uscc,
        name,
        {%- for column, data_type in columns.items() %}
        cast({{ kind['columns'].get(column, 'null') }} as {{ data_type }}) as {{ column }},
        {%- endfor %}
        district_code,
        valid_from,
        valid_to,
        is_latest_version,
        provider_type,
        provider_code,
        _delivery_id,
        _sheet,
        _source_row
    from {{ ref(kind['history']) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {{ surrogate_key(['organisation_type', 'provider_code', 'uscc', 'valid_from']) }} as organisation_version_key,
    {{ surrogate_key(['organisation_type', 'provider_code', 'uscc']) }} as organisation_key,
    organisation_type,
    uscc,
    name,
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    district_code,
    {{ foreign_key(['district_code', 'street']) }} as street_key,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    is_latest_version,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from organisations
