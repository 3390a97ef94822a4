-- One row per version of a task for one of its responsible units.
select
    {{ surrogate_key(['task_id', 'responsible_unit', 'valid_from']) }} as task_version_key,
    {{ surrogate_key(['task_id', 'responsible_unit']) }} as task_key,
    task_id,
    responsible_unit,
    programme,
    year as task_year,
    title,
    status,
    done_on,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    is_latest_version,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('int_task_history') }}
