"""A diagram of a cross-account deployment: which account holds what, and what allows each call."""
