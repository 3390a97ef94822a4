-- One row per indicator, level (city or district) and dimension that it is counted by; dimension `all` is the whole.
-- top_five_share is counted by category although its catalogue need not name that dimension.
with indicators as (
    select * from {{ ref('indicators') }}
),

known_dimensions as (
    {%- for dimension in observation_dimensions() %}
    select '{{ dimension }}' as dimension
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

dimensions as (
    select
        indicator_code,
        'all' as dimension
    from indicators
    union all
    select
        indicators.indicator_code,
        known_dimensions.dimension
    from indicators
    inner join known_dimensions
        on
            {{ is_listed('known_dimensions.dimension', 'indicators.dimensions') }}
            or (indicators.aggregation = 'top_five_share' and known_dimensions.dimension = 'category')
),

levels as (
    select
        indicator_code,
        'city' as level
    from indicators
    union all
    select
        indicator_code,
        'district' as level
    from indicators
    where {{ is_listed("'district'", 'dimensions') }}
)

select
    row_number() over (order by indicators.indicator_code, levels.level, dimensions.dimension) as slice_number,
    indicators.indicator_code,
    indicators.aggregation,
    indicators.aggregation = 'sum' as sums_rows,
    dimensions.dimension = 'all' or indicators.aggregation = 'top_five_share' as has_year_to_date,
    levels.level,
    dimensions.dimension
from indicators
inner join levels
    on indicators.indicator_code = levels.indicator_code
inner join dimensions
    on indicators.indicator_code = dimensions.indicator_code
