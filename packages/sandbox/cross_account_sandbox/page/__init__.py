"""The page that shows both accounts and why."""
