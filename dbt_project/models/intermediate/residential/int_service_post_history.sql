-- Versions of public-service posts.
{{ snapshot_history('service_posts') }}
