-- Versions of the membership of enterprises in industry chains.
-- Output is left out: it belongs to a year, not to a stretch of time.
{{ snapshot_history(
    'chain_members',
    keys=['chain_id', 'uscc'],
    columns=[
        'name', 'joined_on', 'little_giant_since',
    ],
) }}
