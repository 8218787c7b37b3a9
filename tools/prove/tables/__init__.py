"""The probes, by topic."""
