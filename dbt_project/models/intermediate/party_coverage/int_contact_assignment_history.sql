-- Versions of the assignments of leading cadres to organisations.
{{ snapshot_history('contact_assignments', keys=['org_uscc', 'level'], columns=['cadre_post', 'assigned_on']) }}
