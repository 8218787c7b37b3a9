"""Why does a cross-account call fail, and what fixes it."""
