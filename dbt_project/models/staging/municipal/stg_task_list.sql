-- Task lists of the friendly-city and the governance programme, with the units responsible:
-- one row per row as delivered; the provider's newest list is current.
with delivered as (
    select
        task_id,
        responsible_unit,
        programme,
        year as task_year,
        title,
        status,
        done_on,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'task_list') }}
)

{{ with_row_status('delivered', mode='snapshot', keys=['task_id', 'responsible_unit']) }}
