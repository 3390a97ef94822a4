-- Versions of the party committees of industry chains.
{{ snapshot_history(
    'chain_committees',
    keys=['chain_id'],
    columns=[
        'name', 'founded_on', 'lead_department', 'dissolved_on',
    ],
) }}
