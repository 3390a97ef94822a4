-- Versions of the membership of enterprises in industry chains.
-- Output is left out: it belongs to a year, not to a stretch of time.
{{ snapshot_history('chain_members', ignored=['output_cny']) }}
