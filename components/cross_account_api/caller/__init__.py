"""Callers from other accounts: the role that they assume, and consumer functions."""
