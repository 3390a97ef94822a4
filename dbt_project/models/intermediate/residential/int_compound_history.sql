-- Versions of residential compounds.
{{ snapshot_history(
    'compounds',
    keys=['compound_id'],
    columns=[
        'name', 'street', 'community', 'households', 'branch_founded', 'team_founded', 'platform_since',
    ],
) }}
