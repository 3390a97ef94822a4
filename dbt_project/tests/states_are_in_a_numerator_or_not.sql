-- The numerator and the denominator of a state are 1 or 0: int_state_measures counts the states that are in them.
select
    indicator_code,
    entity_id,
    numerator,
    denominator
from {{ ref('int_observations') }}
where observed_on is null and (coalesce(numerator, 0) not in (0, 1) or coalesce(denominator, 0) not in (0, 1))
