"""Hops that only REST APIs have in this form: resource policy, deployment by hand, execution log."""
