-- Versions of enterprises.
-- The number of employees is left out: it moves every month and nothing is read from its past.
{{ snapshot_history(
    'enterprises',
    keys=['uscc'],
    columns=[
        'name', 'industry', 'street', 'has_licence', 'has_premises', 'has_members', 'party_org_founded',
        'party_org_kind',
    ],
) }}
