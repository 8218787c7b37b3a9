"""Two AWS accounts on this machine: the program deploys into them and its API answers requests."""
