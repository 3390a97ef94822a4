-- Versions of social organisations.
{{ snapshot_history('social_organisations', keys=['uscc'], columns=['name', 'kind', 'street', 'party_org_founded']) }}
