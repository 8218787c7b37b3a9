"""Hops that only HTTP APIs have in this form: stages that deploy by themselves, access logs alone."""
