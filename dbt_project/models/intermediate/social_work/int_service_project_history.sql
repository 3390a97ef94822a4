-- Versions of social-work service projects.
{{ snapshot_history(
    'service_projects',
    keys=['project_id'],
    columns=[
        'name', 'agency_uscc', 'field', 'starts_on', 'ends_on', 'contract_cny',
    ],
) }}
