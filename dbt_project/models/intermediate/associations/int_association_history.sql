-- Versions of associations' own state.
{{ snapshot_history(
    'association_profiles',
    keys=['uscc'],
    columns=[
        'name', 'industry', 'party_org', 'party_org_managed_since', 'supervising_department', 'is_city_level',
        'members',
    ],
) }}
