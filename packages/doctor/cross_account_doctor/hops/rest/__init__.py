"""Hops specific to REST APIs: resource policy, manual deployments, execution log."""
