"""Two AWS accounts on this machine. The program deploys into them, and its API answers requests."""
