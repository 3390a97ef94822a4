"""Accepted rows, quarantined cells, and the ledger of every delivery."""
