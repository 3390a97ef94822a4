-- Versions of friendly scenes, merchants and studios.
{{ snapshot_history(
    'friendly_places',
    keys=['place_id'],
    columns=[
        'name', 'category', 'street', 'longitude', 'latitude', 'opened_on', 'closed_on',
    ],
) }}
