{#- Fails for each row in force whose value is no key of the other feed: an orphan. Orphans are reported, never dropped. -#}
{% test has_parent(model, column_name, feed, key) %}
with senders as (
    select * from {{ ref('stg_feed_provider_types') }} where feed = '{{ feed }}'
),

{{ orphans_of(model, column_name, ref('stg_' ~ feed), key) }}

select * from orphans
{% endtest %}
