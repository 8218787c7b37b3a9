"""The page for people at `/_sandbox/`: both accounts, requests and why they were answered so, and actions."""
