"""AWS's policy evaluation logic. Interface agreed; see the functions' docstrings."""
