{#- Fails for each row in force whose value is no key of the parent, a feed or `districts`: an orphan. Orphans are reported,
    never dropped. -#}
{% test has_parent(model, column_name, parent, key) %}
with checked as (
    {{ checked_references(model.identifier[4:], column_name, parent, key) }}
)

select * from checked
where is_orphan
{% endtest %}
