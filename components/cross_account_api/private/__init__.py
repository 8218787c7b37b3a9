"""Private APIs: VPC endpoints, private domains, and their shares."""
