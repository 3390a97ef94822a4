"""What was accepted and refused, and the ledger of every delivery."""
