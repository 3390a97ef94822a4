-- Versions of the assignments of leading cadres to organisations.
{{ snapshot_history('contact_assignments') }}
