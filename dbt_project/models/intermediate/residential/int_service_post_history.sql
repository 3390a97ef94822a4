-- Versions of public-service posts.
{{ snapshot_history(
    'service_posts',
    keys=['post_id'],
    columns=[
        'compound_id', 'category', 'area_m2', 'opened_on', 'closed_on',
    ],
) }}
