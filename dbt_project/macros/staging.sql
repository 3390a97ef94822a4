{#- What staging makes of a feed's rows in the lake. Used by staging models only. -#}

{#- The contract of a feed, as pipelines/warehouse/declaration.py tells it: mode, keys, columns, days, references. -#}
{% macro contract_of(feed) -%}
    {%- for contract in feeds() if contract.feed == feed -%}
        {{ return(contract) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error('no contract declares the feed ' ~ feed) }}
{%- endmacro %}

{#- A staging model whole: the columns of the contract, the day in Shenzhen of each moment, the district, where the row came
    from, and whether it counts. Rows and names are those of the delivery: what is worked out of them is intermediate. -#}
{% macro staged(feed) -%}
    {%- set contract = contract_of(feed) -%}
    with delivered as (
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
        from {{ source('raw', feed) }}
    )

    {{ with_row_status('delivered', contract) }}
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

{#- All columns of the relation and `row_status`: current, superseded or duplicate.

    append    the first row of a key is current, every later one a duplicate
    upsert    the newest delivery of a key is current and older ones are superseded; inside a delivery the row with the
              latest `newest_by`, then the last one, wins and the others are duplicates
    snapshot  the rows of the provider's newest accepted delivery are current and older ones superseded; inside a delivery
              the last row of a key wins and the others are duplicates

    A key is unique within its provider. Pages are sheets, so `_sheet` is compared by length first: page 10 follows page 9. -#}
{% macro with_row_status(relation, contract) -%}
    {%- set key = ['provider_type', 'provider_code'] + contract.key -%}
    {%- set in_delivery = ['length(_sheet)', '_sheet', '_source_row'] -%}
    {%- if contract.newest_by -%}{%- set in_delivery = [contract.newest_by] + in_delivery -%}{%- endif -%}
    {%- if contract.mode == 'append' -%}
        select
            {{ relation }}.*,
            case
                when row_number() over (
                    partition by {{ key | join(', ') }}
                    order by {{ delivery_order('asc', delivery_id='_delivery_id') }}, {{ in_delivery | join(' nulls last, ') }} nulls last
                ) = 1 then 'current'
                else 'duplicate'
            end as row_status
        from {{ relation }}
    {%- elif contract.mode == 'upsert' -%}
        {%- set newest_first -%}
            over (
                partition by {{ key | join(', ') }}
                order by {{ delivery_order('desc', delivery_id='_delivery_id') }},
                {{ in_delivery | join(' desc nulls last, ') }} desc nulls last
            )
        {%- endset -%}
        select
            {{ relation }}.*,
            case
                when lag(_delivery_id) {{ newest_first }} is null then 'current'
                when lag(_delivery_id) {{ newest_first }} = _delivery_id then 'duplicate'
                else 'superseded'
            end as row_status
        from {{ relation }}
    {%- else -%}
        select
            {{ relation }}.*,
            case
                when row_number() over (
                    partition by {{ relation }}._delivery_id, {{ contract.key | join(', ') }}
                    order by {{ in_delivery | join(' desc nulls last, ') }} desc nulls last
                ) > 1 then 'duplicate'
                when deliveries.is_in_force then 'current'
                else 'superseded'
            end as row_status
        from {{ relation }}
        left join {{ ref('stg_deliveries') }} as deliveries
            on {{ relation }}._delivery_id = deliveries.delivery_id
    {%- endif -%}
{%- endmacro %}
