{#- Fails for each provider of the feed with a row in force whose value is no key of the feed, or no district, that the
    contract refers to: an orphan. Orphans are reported, never dropped. -#}
{% test has_parent(model, column_name, feed) %}
select * from {{ ref('int_checked_references') }}
where feed = '{{ feed }}' and column_name = '{{ column_name }}' and orphans > 0
{% endtest %}
