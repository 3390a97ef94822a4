-- Versions of associations' own state.
{{ snapshot_history('association_profiles') }}
