-- Versions of the register of social workers.
{{ snapshot_history('social_workers') }}
