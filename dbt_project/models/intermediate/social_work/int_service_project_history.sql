-- Versions of social-work service projects.
{{ snapshot_history('service_projects') }}
