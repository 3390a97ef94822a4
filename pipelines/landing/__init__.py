"""Where deliveries arrive: files of providers, answers of platforms, and the archive that keeps their bytes."""
