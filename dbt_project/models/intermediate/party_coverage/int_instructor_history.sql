-- Versions of party-building instructors.
{{ snapshot_history('instructors', keys=['instructor_id'], columns=['appointed_on']) }}
