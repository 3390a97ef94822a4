"""What goes back to providers, and who is told when a night fails."""
