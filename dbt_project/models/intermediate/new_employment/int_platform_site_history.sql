-- Versions of the sites of platform and courier companies.
{{ snapshot_history('platform_sites') }}
