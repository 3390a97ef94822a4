-- Versions of the party committees of industry chains.
{{ snapshot_history('chain_committees') }}
