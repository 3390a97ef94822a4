"""Reads the published warehouse: all SQL over the marts is here. The answers are values; nothing here prints."""
