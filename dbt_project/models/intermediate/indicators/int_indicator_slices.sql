-- One row per indicator, level (city or district) and dimension that it is counted by; dimension `all` is the whole.
-- top_five_share is counted by category although its catalogue need not name that dimension.
with indicators as (
    select * from {{ ref('indicators') }}
),

dimensions as (
    select
        indicator_code,
        'all' as dimension
    from indicators
    {%- for dimension in observation_dimensions() %}
    union all
    select
        indicator_code,
        '{{ dimension }}' as dimension
    from indicators
    where
        '|' || dimensions || '|' like '%|{{ dimension }}|%'
        {%- if dimension == 'category' %}
        or aggregation = 'top_five_share'
        {%- endif %}
    {%- endfor %}
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
    where '|' || dimensions || '|' like '%|district|%'
)

select
    row_number() over (order by indicators.indicator_code, levels.level, dimensions.dimension) as slice_number,
    indicators.indicator_code,
    indicators.kind,
    indicators.aggregation,
    indicators.aggregation = 'sum' as sums_rows,
    levels.level,
    dimensions.dimension
from indicators
inner join levels
    on indicators.indicator_code = levels.indicator_code
inner join dimensions
    on indicators.indicator_code = dimensions.indicator_code
