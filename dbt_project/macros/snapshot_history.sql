{#- The versions that a snapshot feed's records went through: one row per provider, key and uninterrupted stretch of states
    in which the record stood with the same values.

    valid_from is the first day of the version (the day of the state that brought it), valid_to the day of the first state
    without it (exclusive; null while it still stands). A state that never came leaves the one before it in force, and so does
    a row of a state that was refused (int_carried_records) with its record.
    _delivery_id, _sheet and _source_row are those of the first row of the version.

    is_latest_version marks what was last known of the record, whether or not it still stands.

    Gives: the contract's columns but those `ignored`, district_code, provider_type, provider_code, valid_from, valid_to,
    is_latest_version, _delivery_id, _sheet, _source_row.
    A version lasts until one of its columns changes: ignore what changes and is not used. -#}
{% macro snapshot_history(feed, ignored=[]) -%}
    {%- set contract = contract_of(feed) -%}
    {%- set record = 'provider_type, provider_code, record_key' -%}
    {%- set others = contract.columns | reject('in', contract.key + ignored + ['district_code']) | list + ['district_code'] -%}
    with states as (
        select * from {{ ref('int_snapshot_states') }} where feed = '{{ feed }}'
    ),

    delivered as (
        select * from {{ ref('stg_' ~ feed) }} where row_status <> 'duplicate'
    ),

    placed as (
        select
            delivered.*,
            states.state_number,
            states.valid_from,
            states.valid_to,
            {{ surrogate_text(contract.key, 'delivered') }} as record_key,
            concat_ws(
                '|',
                {%- for column in others %}
                coalesce(cast(delivered.{{ column }} as {{ dbt.type_string() }}), '∅'){{ ',' if not loop.last }}
                {%- endfor %}
            ) as version_text
        from delivered
        inner join states
            on delivered._delivery_id = states.delivery_id
    ),

    with_carried as (
        select
            {%- for column in contract.key + others %}
            {{ column }},
            {%- endfor %}
            provider_type,
            provider_code,
            _delivery_id,
            _sheet,
            _source_row,
            record_key,
            state_number,
            valid_from,
            valid_to,
            false as is_carried,
            version_text
        from placed
        union all
        select
            {%- for column in contract.key + others %}
            null as {{ column }},
            {%- endfor %}
            provider_type,
            provider_code,
            null as _delivery_id,
            null as _sheet,
            null as _source_row,
            record_key,
            state_number,
            valid_from,
            valid_to,
            true as is_carried,
            null as version_text
        from {{ ref('int_carried_records') }}
        where feed = '{{ feed }}'
    ),

    in_runs as (
        select
            *,
            state_number - row_number() over (partition by {{ record }} order by state_number) as run_number
        from with_carried
    ),

    marked as (
        select
            *,
            case
                when
                    is_carried
                    or lag(version_text) over (
                        partition by {{ record }}, run_number, is_carried order by state_number
                    ) = version_text
                    then 0
                else 1
            end as starts_version
        from in_runs
    ),

    numbered as (
        select
            *,
            sum(starts_version) over (
                partition by {{ record }} order by state_number
                rows between unbounded preceding and current row
            ) as version_number
        from marked
    ),

    ended as (
        select
            *,
            max(coalesce(valid_to, date '9999-12-31')) over (
                partition by {{ record }}, version_number
            ) as last_valid_to
        from numbered
    )

    select
        {%- for column in contract.key + others %}
        {{ column }},
        {%- endfor %}
        provider_type,
        provider_code,
        valid_from,
        nullif(last_valid_to, date '9999-12-31') as valid_to,
        row_number() over (partition by {{ record }} order by valid_from desc nulls last) = 1
            as is_latest_version,
        _delivery_id,
        _sheet,
        _source_row
    from ended
    where starts_version = 1
{%- endmacro %}
