"""AWS API calls of any SDK or CLI, in AWS's own wire format: the caller, the service, the response."""
