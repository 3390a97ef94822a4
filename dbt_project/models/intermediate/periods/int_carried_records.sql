-- Which records stay as they were because their newest row was refused: one row per record and delivery that has it.
-- Of a list, a record stays that stood in the state directly before, or was carried into it itself; of what is followed
-- up, one that has a row of an older delivery and none of a newer one.
with deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where status = 'accepted'
),

quarantined_rows as (
    select distinct
        delivery_id,
        record_key
    from {{ ref('stg_quarantined_rows') }}
    where record_key is not null
),

states as (
    select * from {{ ref('int_snapshot_states') }}
),

refused as (
    select
        states.feed,
        states.provider_type,
        states.provider_code,
        states.state_number,
        states.delivery_id,
        states.valid_from,
        states.valid_to,
        quarantined_rows.record_key
    from quarantined_rows
    inner join states
        on quarantined_rows.delivery_id = states.delivery_id
),

-- of the records that were ever refused, where they stood
listed as (
    {%- for contract in feeds() if contract.mode == 'snapshot' %}
    select
        '{{ contract.feed }}' as feed,
        of_feed.provider_type,
        of_feed.provider_code,
        states.state_number,
        {{ surrogate_text(contract.key, 'of_feed') }} as record_key
    from {{ ref('stg_' ~ contract.feed) }} as of_feed
    inner join states
        on of_feed._delivery_id = states.delivery_id
    where
        of_feed.row_status <> 'duplicate'
        and {{ surrogate_text(contract.key, 'of_feed') }} in (
            select refused.record_key from refused
            where refused.feed = '{{ contract.feed }}'
        )
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

known as (
    select
        feed,
        provider_type,
        provider_code,
        state_number,
        record_key,
        true as is_listed,
        cast(null as {{ dbt.type_string() }}) as delivery_id,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from listed
    union all
    select
        refused.feed,
        refused.provider_type,
        refused.provider_code,
        refused.state_number,
        refused.record_key,
        false as is_listed,
        refused.delivery_id,
        refused.valid_from,
        refused.valid_to
    from refused
    left join listed
        on
            refused.feed = listed.feed
            and refused.provider_type = listed.provider_type
            and refused.provider_code = listed.provider_code
            and refused.state_number = listed.state_number
            and refused.record_key = listed.record_key
    where listed.record_key is null
),

-- in an unbroken run of states that name the record, what is refused stands if it was listed before
in_runs as (
    select
        *,
        state_number - row_number() over (
            partition by feed, provider_type, provider_code, record_key
            order by state_number
        ) as run_number
    from known
),

standing as (
    select
        *,
        count(*) filter (where is_listed) over (
            partition by feed, provider_type, provider_code, record_key, run_number
            order by state_number
            rows between unbounded preceding and current row
        ) as times_listed
    from in_runs
)

select
    feed,
    provider_type,
    provider_code,
    record_key,
    delivery_id,
    state_number,
    valid_from,
    valid_to
from standing
where not is_listed and times_listed > 0
{%- for contract in feeds() if contract.mode == 'upsert' %}
union all
select
    '{{ contract.feed }}' as feed,
    deliveries.provider_type,
    deliveries.provider_code,
    quarantined_rows.record_key,
    deliveries.delivery_id,
    cast(null as bigint) as state_number,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to
from quarantined_rows
inner join deliveries
    on quarantined_rows.delivery_id = deliveries.delivery_id
inner join {{ ref('stg_' ~ contract.feed) }} as in_force
    on
        deliveries.provider_type = in_force.provider_type
        and deliveries.provider_code = in_force.provider_code
        and quarantined_rows.record_key = {{ surrogate_text(contract.key, 'in_force') }}
where
    deliveries.feed = '{{ contract.feed }}'
    and in_force.row_status = 'current'
    and (
        in_force.delivered_on < deliveries.delivered_on
        or (
            in_force.delivered_on = deliveries.delivered_on
            and in_force.delivery_sequence < deliveries.delivery_sequence
        )
    )
{%- endfor %}
