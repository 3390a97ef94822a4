{#- The current rows of `feed` whose `column` is filled, each with the `rule` that must hold of it and `is_orphan`: whether it
    is no `key` of `parent`, which is a feed or `districts`.

    A record that any accepted delivery ever brought is there, even if a later list no longer has it. A key is unique within
    its provider only, so a row looks for it among its own provider's records; providers that do not send the parent feed at
    all (the city, of a district's appeal) look among everybody's. -#}
{% macro checked_references(feed, column, parent, key) -%}
    {%- if parent == 'districts' -%}
    with parents as (
        select {{ key }} as parent_key from {{ ref('districts') }}
        where not is_city
    )

    select
        children.provider_type,
        children.provider_code,
        children.{{ column }},
        children._delivery_id,
        children._sheet,
        children._source_row,
        'is a district of the city' as rule,
        parents.parent_key is null as is_orphan
    from {{ ref('stg_' ~ feed) }} as children
    left join parents
        on children.{{ column }} = parents.parent_key
    {%- else -%}
    with senders as (
        select * from {{ ref('stg_feed_provider_types') }} where feed = '{{ parent }}'
    ),

    parents as (
        select distinct
            provider_type,
            provider_code,
            {{ key }} as parent_key
        from {{ ref('stg_' ~ parent) }}
        where row_status <> 'duplicate'
    ),

    parents_of_anyone as (
        select distinct parent_key from parents
    )

    select
        children.provider_type,
        children.provider_code,
        children.{{ column }},
        children._delivery_id,
        children._sheet,
        children._source_row,
        'exists in {{ parent }}' as rule,
        case
            when senders.provider_type is null then parents_of_anyone.parent_key is null
            else parents.parent_key is null
        end as is_orphan
    from {{ ref('stg_' ~ feed) }} as children
    left join senders
        on children.provider_type = senders.provider_type
    left join parents
        on
            children.{{ column }} = parents.parent_key
            and children.provider_type = parents.provider_type
            and children.provider_code = parents.provider_code
    left join parents_of_anyone
        on children.{{ column }} = parents_of_anyone.parent_key
    {%- endif %}
    where
        children.row_status = 'current'
        and children.{{ column }} is not null
{%- endmacro %}
