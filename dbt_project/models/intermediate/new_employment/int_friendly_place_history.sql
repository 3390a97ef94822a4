-- Versions of friendly scenes, merchants and studios.
{{ snapshot_history('friendly_places') }}
