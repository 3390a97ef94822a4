{#- What staging makes of a feed's rows in the lake. Used by staging models only. -#}

{#- The contract of a feed, as pipelines/warehouse/declaration.py tells it: mode, keys, columns, days, references. -#}
{% macro contract_of(feed) -%}
    {%- for contract in feeds() if contract.feed == feed -%}
        {{ return(contract) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error('no contract declares the feed ' ~ feed) }}
{%- endmacro %}

{#- A staging model whole: the columns of the contract, the day in Shenzhen of each moment, the district, where the row came
    from, and whether it counts. Rows and names are those of the delivery: what is worked out of them is intermediate.

    `row_status` is current, superseded or duplicate.

    append    a row with the content of the one before it under its key is a duplicate; one with other content corrects it:
              the newest is current and those that it corrected are superseded
    upsert    the newest delivery of a key is current and older ones are superseded; inside a delivery the row with the
              latest `newest_by`, then the last one, wins and the others are duplicates
    snapshot  the rows of the provider's newest accepted delivery are current and older ones superseded; inside a delivery
              the last row of a key wins and the others are duplicates

    A row of events that is `withdrawn` supersedes what came of its key before, and is superseded itself: it is no record.
    A key is unique within its provider. Pages are sheets, so `_sheet` is compared by length first: page 10 follows page 9. -#}
{% macro staged(feed) -%}
    {%- set contract = contract_of(feed) -%}
    {%- set in_delivery = ['length(_sheet)', '_sheet', '_source_row'] -%}
    {%- if contract.newest_by -%}{%- set in_delivery = [contract.newest_by] + in_delivery -%}{%- endif -%}
    {{ staged_list(contract, in_delivery) if contract.mode == 'snapshot' else staged_events(contract, in_delivery) }}
{%- endmacro %}

{% macro staged_list(contract, in_delivery) -%}
    with delivered as (
        {{ delivered_rows(contract) }}
    )

    select
        delivered.*,
        case
            when row_number() over (
                partition by delivered._delivery_id, {{ contract.key | join(', ') }}
                order by {{ in_delivery | join(' desc nulls last, ') }} desc nulls last
            ) > 1 then 'duplicate'
            when deliveries.is_in_force then 'current'
            else 'superseded'
        end as row_status
    from delivered
    left join {{ ref('stg_deliveries') }} as deliveries
        on delivered._delivery_id = deliveries.delivery_id
{%- endmacro %}

{#- Most keys of events have one row, and nothing to be compared with. -#}
{% macro staged_events(contract, in_delivery) -%}
    {%- set first_to_last -%}
        partition by provider_type, provider_code, {{ contract.key | join(', ') }}
        order by {{ delivery_order('asc', delivery_id='_delivery_id') }}, {{ in_delivery | join(' nulls first, ') }} nulls first
    {%- endset -%}
    with keys_of_several as (
        select
            _provider_type,
            _provider_code,
            {{ contract.key | join(', ') }}
        from {{ source('raw', contract.feed) }}
        group by all
        having count(*) > 1
    ),

    single_rows as (
        {{ delivered_rows(contract) }} as of_key
        where not exists (select 1 from keys_of_several where {{ same_key(contract) }})
    ),

    rows_of_several as (
        {{ delivered_rows(contract) }} as of_key
        where exists (select 1 from keys_of_several where {{ same_key(contract) }})
    ),

    compared as (
        select
            *,
            {%- if contract.mode == 'append' %}
            lag({{ content_digest(contract) }}) over ({{ first_to_last }}) = {{ content_digest(contract) }}
            {%- else %}
            lead(_delivery_id) over ({{ first_to_last }}) = _delivery_id
            {%- endif %} as is_duplicate
        from rows_of_several
    ),

    settled as (
        select
            *,
            coalesce(
                max(case when is_duplicate then 0 else 1 end) over (
                    {{ first_to_last }}
                    rows between 1 following and unbounded following
                ), 0
            ) = 1 as is_followed
        from compared
    )

    select
        *,
        case when withdrawn then 'superseded' else 'current' end as row_status
    from single_rows
    union all
    select
        {{ delivered_columns(contract) }},
        case
            when is_duplicate then 'duplicate'
            when withdrawn or is_followed then 'superseded'
            else 'current'
        end as row_status
    from settled
{%- endmacro %}

{%- macro same_key(contract) -%}
    {%- for column in ['_provider_type', '_provider_code'] + contract.key -%}
        keys_of_several.{{ column }} = of_key.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- What a row of events says, as a number; all rows that take their record back say the same. -#}
{% macro content_digest(contract) -%}
    {%- set content = contract.columns | reject('in', contract.key + ['withdrawn', contract.newest_by]) | list -%}
    case when withdrawn then 0 else {{ digest(content) if content else 1 }} end
{%- endmacro %}

{#- Of each row that was delivered: the contract's columns, the days, the district and the source. -#}
{% macro delivered_rows(contract) -%}
    select
        {%- for column in contract.columns %}
        {{ column }},
        {%- endfor %}
        {%- for day, moment in contract.days.items() %}
        {{ local_date(moment) }} as {{ day }},
        {%- endfor %}
        {%- if 'district_code' not in contract.columns %}
        {{ provider_district() }} as district_code,
        {%- endif %}
        {{ delivery_columns() }}
    from {{ source('raw', contract.feed) }}
{%- endmacro %}

{#- The names of the columns that `delivered_rows` gives. -#}
{% macro delivered_columns(contract) -%}
    {%- set district = [] if 'district_code' in contract.columns else ['district_code'] -%}
    {%- set delivery = ['provider_type', 'provider_code', 'delivered_on', 'delivery_sequence', 'file_name'] -%}
    {{ (contract.columns + contract.days.keys() | list + district + delivery) | join(',\n        ') }},
        _delivery_id,
        _sheet,
        _source_row
{%- endmacro %}

{#- The columns that say where a row came from, renamed from the lake's. -#}
{% macro delivery_columns() -%}
    _provider_type as provider_type,
    _provider_code as provider_code,
    _delivered_on as delivered_on,
    _delivery_sequence as delivery_sequence,
    _file_name as file_name,
    _delivery_id,
    _sheet,
    _source_row
{%- endmacro %}

{#- The district of a row that a district sent; null for what the city's own department sent. -#}
{% macro provider_district() -%}
    case when _provider_type = 'district' then _provider_code end
{%- endmacro %}
