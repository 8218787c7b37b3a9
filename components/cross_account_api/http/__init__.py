"""HTTP APIs and their routes."""
