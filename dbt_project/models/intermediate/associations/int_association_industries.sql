-- One row per association, by its latest known profile: the industry that its events, services and reviews belong to.
with associations as (
    select * from {{ ref('int_association_history') }}
    where is_latest_version
),

ranked as (
    select
        uscc,
        industry,
        row_number() over (
            partition by uscc order by valid_from desc nulls last, provider_code asc nulls last
        ) as newness
    from associations
)

select
    uscc,
    industry
from ranked
where newness = 1
