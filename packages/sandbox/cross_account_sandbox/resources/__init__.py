"""The resource handlers by type token. They use only boto3, and both deployment methods of the sandbox share them."""
