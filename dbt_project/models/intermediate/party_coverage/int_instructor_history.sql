-- Versions of party-building instructors.
{{ snapshot_history('instructors') }}
