-- Versions of pilots.
{{ snapshot_history('pilots') }}
