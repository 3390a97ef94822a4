with claims as (
    select * from {{ ref('printed_claims') }}
),

yearly_values as (
    select
        indicator_code,
        cast(period as integer) as year,
        value
    from {{ ref('indicator_values') }}
    where period_kind = 'year' and district_code = '440300'
),

computed as (
    select
        claims.indicator_code,
        claims.year,
        claims.figure,
        claims.qualifier,
        case when claims.qualifier = 'rising' then a_year_before.value else cast(claims.lower_bound as double) end
            as lower_bound,
        claims.includes_lower_bound,
        cast(claims.upper_bound as double) as upper_bound,
        claims.includes_upper_bound,
        yearly_values.value
    from claims
    left join yearly_values
        on
            claims.indicator_code = yearly_values.indicator_code
            and claims.year = yearly_values.year
    left join yearly_values as a_year_before
        on
            claims.indicator_code = a_year_before.indicator_code
            and claims.year - 1 = a_year_before.year
)

select
    *,
    case
        when value is null or (qualifier = 'rising' and lower_bound is null) then cast(null as boolean)
        else
            (value > coalesce(lower_bound, value - 1) or (includes_lower_bound and value = lower_bound))
            and (value < coalesce(upper_bound, value + 1) or (includes_upper_bound and value = upper_bound))
    end as holds
from computed
