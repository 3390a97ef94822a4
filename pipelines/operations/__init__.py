"""What an operator runs over a whole home, besides the nights: verify it, rebuild it, try out a file."""
