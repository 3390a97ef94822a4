-- One row per registration of a volunteer on a platform, with what is true of the person over all platforms: the
-- district of the registration updated last, the day of the first registration, and whether this row is that one.
with registrations as (
    select * from {{ ref('stg_volunteers') }}
    where row_status = 'current'
),

ranked as (
    select
        *,
        first_value(district_code) over (
            partition by id_card_pseudonym
            order by updated_at desc nulls last, provider_code asc nulls last, volunteer_id asc nulls last
        ) as person_district_code,
        min(registered_on) over (partition by id_card_pseudonym) as person_registered_on,
        row_number() over (
            partition by id_card_pseudonym
            order by registered_on asc nulls last, provider_code asc nulls last, volunteer_id asc nulls last
        ) as registration_number
    from registrations
)

select
    volunteer_id,
    id_card_pseudonym as person_id,
    person_district_code,
    person_registered_on,
    registered_on,
    registration_number = 1 as is_first_registration,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from ranked
