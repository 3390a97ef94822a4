"""Files and platforms' answers, from where providers put them into the archive."""
