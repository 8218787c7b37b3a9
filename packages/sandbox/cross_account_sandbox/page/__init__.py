"""The page at `/_sandbox/`: both accounts, requests with the reason for each response, and actions."""
