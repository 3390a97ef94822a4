"""What rests on private parts of Dagster or dbt: one file each, which says what it works around and when it can go.

Nothing else may import a private part (tests/test_tree.py); an upgrade of either looks here first.
"""
