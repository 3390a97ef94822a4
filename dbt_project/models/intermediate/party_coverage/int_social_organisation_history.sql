-- Versions of social organisations.
{{ snapshot_history('social_organisations') }}
