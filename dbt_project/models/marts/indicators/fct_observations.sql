select
    indicator_code,
    entity_id,
    district_code,
    observed_on,
    valid_from,
    valid_to,
    stands_from,
    stands_to,
    numerator,
    denominator,
    numerator_on,
    {%- for dimension in observation_dimensions() %}
    {{ dimension }},
    {%- endfor %}
    feed,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_observations') }}
