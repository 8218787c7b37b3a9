"""What an interrupted run left behind in both accounts."""
