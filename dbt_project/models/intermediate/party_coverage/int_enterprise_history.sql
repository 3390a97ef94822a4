-- Versions of enterprises.
-- The number of employees is left out: it moves every month and nothing is read from its past.
{{ snapshot_history('enterprises', ignored=['employees']) }}
