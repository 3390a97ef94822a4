select
    figure,
    qualifier,
    lower_bound,
    includes_lower_bound,
    upper_bound,
    includes_upper_bound,
    above_year_before
from {{ source('ops', 'claim_intervals') }}
