"""From the lake to the marts: registering, building with dbt, and what is read, compared and verified of it."""
