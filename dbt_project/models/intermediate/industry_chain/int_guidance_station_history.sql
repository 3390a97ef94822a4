-- Versions of guidance stations and secretary studios.
{{ snapshot_history('guidance_stations') }}
