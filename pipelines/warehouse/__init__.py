"""From the lake to the marts: registering, building with dbt, and whether what was built is whole and the same."""
