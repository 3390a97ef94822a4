{#- Which rows of a feed count. Used by staging models only. -#}

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
              latest `latest_by`, then the last one, wins and the others are duplicates
    snapshot  the rows of the provider's newest accepted delivery are current and older ones superseded; inside a delivery
              the last row of a key wins and the others are duplicates

    A key is unique within its provider. Pages are sheets, so `_sheet` is compared by length first: page 10 follows page 9. -#}
{% macro with_row_status(relation, mode, keys, latest_by=none) -%}
    {%- set key = ['provider_type', 'provider_code'] + keys -%}
    {%- set in_delivery = ['length(_sheet)', '_sheet', '_source_row'] -%}
    {%- if latest_by -%}{%- set in_delivery = [latest_by] + in_delivery -%}{%- endif -%}
    {%- if mode == 'append' -%}
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
    {%- elif mode == 'upsert' -%}
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
    {%- elif mode == 'snapshot' -%}
        select
            {{ relation }}.*,
            case
                when row_number() over (
                    partition by {{ relation }}._delivery_id, {{ keys | join(', ') }}
                    order by {{ in_delivery | join(' desc nulls last, ') }} desc nulls last
                ) > 1 then 'duplicate'
                when deliveries.is_in_force then 'current'
                else 'superseded'
            end as row_status
        from {{ relation }}
        left join {{ ref('stg_deliveries') }} as deliveries
            on {{ relation }}._delivery_id = deliveries.delivery_id
    {%- else -%}
        {{ exceptions.raise_compiler_error('row_status knows append, upsert and snapshot, not ' ~ mode) }}
    {%- endif -%}
{%- endmacro %}
