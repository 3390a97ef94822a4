"""From the lake to the marts: what dbt reads is registered, built, and compared with what was built before."""
