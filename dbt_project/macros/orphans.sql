{#- CTEs that end in `orphans`: the current rows of `child` whose `column` is filled and is no key of `parent`.

    A record that any accepted delivery ever brought is there, even if a later list no longer has it. A key is unique within
    its provider only, so a row looks for it among its own provider's records; providers that do not send the parent feed at
    all (the city, of a district's appeal) look among everybody's. Needs a CTE `senders`: the parent feed's provider types. -#}
{% macro orphans_of(child, column, parent, key) -%}
parents as (
    select distinct
        provider_type,
        provider_code,
        {{ key }} as parent_key
    from {{ parent }}
    where row_status <> 'duplicate'
),

parents_of_anyone as (
    select distinct parent_key from parents
),

orphans as (
    select children.*
    from {{ child }} as children
    left join senders
        on children.provider_type = senders.provider_type
    left join parents
        on
            children.{{ column }} = parents.parent_key
            and children.provider_type = parents.provider_type
            and children.provider_code = parents.provider_code
    left join parents_of_anyone
        on children.{{ column }} = parents_of_anyone.parent_key
    where
        children.row_status = 'current'
        and children.{{ column }} is not null
        and case
            when senders.provider_type is null then parents_of_anyone.parent_key is null
            else parents.parent_key is null
        end
)
{%- endmacro %}
