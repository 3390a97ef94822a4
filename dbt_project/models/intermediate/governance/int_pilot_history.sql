-- Versions of pilots.
{{ snapshot_history(
    'pilots',
    keys=['pilot_id'],
    columns=[
        'pilot', 'name', 'started_on', 'senior_social_worker_id',
    ],
) }}
