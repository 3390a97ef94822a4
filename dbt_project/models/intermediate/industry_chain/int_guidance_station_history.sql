-- Versions of guidance stations and secretary studios.
{{ snapshot_history(
    'guidance_stations',
    keys=['station_id'],
    columns=[
        'name', 'kind', 'park', 'opened_on', 'closed_on',
    ],
) }}
