"""The versions that readers see."""
