"""AWS API calls of any SDK or CLI: who calls, which service answers, in AWS's own wire format."""
