-- On which day the figures of a year are final, of what is followed up by now: one row per indicator that settles with
-- the year, and year. What is dated later doesn't count, whenever it is delivered. Not yet sealed years have it too.
with indicators as (
    select * from {{ ref('indicators') }}
),

seals as (
    select * from {{ ref('int_indicator_seals') }}
    where period_kind = 'year'
)

select
    seals.indicator_code,
    seals.period as year_period,
    {{ add_days('seals.last_due_on', 1) }} as sealed_on
from seals
inner join indicators
    on seals.indicator_code = indicators.indicator_code
where indicators.settles = 'year'
