{#- Fails for each provider and rule between two feeds that some of its rows break. -#}
{% test has_no_orphans(model) %}
select * from {{ model }}
where orphans > 0
{% endtest %}
