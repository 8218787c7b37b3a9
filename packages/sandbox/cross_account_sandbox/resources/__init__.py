"""One table of resource handlers by type token, written with boto3 alone; both ways into the sandbox share it."""
