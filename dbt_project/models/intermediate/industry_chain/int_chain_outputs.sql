-- One row per list of chain members (the newest of its year), chain and enterprise: its output of the year that the
-- list closes.
with chain_members as (
    select * from {{ ref('stg_chain_members') }}
    where row_status <> 'duplicate'
),

states as (
    select * from {{ ref('int_snapshot_states') }}
    where feed = 'chain_members'
)

select
    chain_members.chain_id,
    chain_members.uscc,
    chain_members.district_code,
    chain_members.output_cny,
    states.valid_from as year_end,
    chain_members.provider_type,
    chain_members.provider_code,
    chain_members._delivery_id,
    chain_members._sheet,
    chain_members._source_row
from chain_members
inner join states
    on chain_members._delivery_id = states.delivery_id
