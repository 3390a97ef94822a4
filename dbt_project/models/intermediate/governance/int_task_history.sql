-- Versions of tasks by unit responsible.
{{ snapshot_history(
    'task_list',
    keys=['task_id', 'responsible_unit'],
    columns=[
        'programme', 'task_year', 'title', 'status', 'done_on',
    ],
) }}
