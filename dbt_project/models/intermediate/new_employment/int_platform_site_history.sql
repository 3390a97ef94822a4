-- Versions of the sites of platform and courier companies.
{{ snapshot_history(
    'platform_sites',
    keys=['site_id'],
    columns=[
        'platform', 'street', 'community', 'paired_on', 'unpaired_on',
    ],
) }}
