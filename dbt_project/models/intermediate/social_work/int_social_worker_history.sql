-- Versions of the register of social workers.
{{ snapshot_history(
    'social_workers',
    keys=['social_worker_id'],
    columns=[
        'id_card_pseudonym', 'level', 'certified_on', 'agency_uscc', 'left_on',
    ],
) }}
