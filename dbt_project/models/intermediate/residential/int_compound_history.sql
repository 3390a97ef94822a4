-- Versions of residential compounds.
{{ snapshot_history('compounds') }}
