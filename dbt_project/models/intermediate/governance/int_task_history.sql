-- Versions of tasks by unit responsible.
{{ snapshot_history('task_list') }}
