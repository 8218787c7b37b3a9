"""The hops of a request, one file each: what can be wrong, and how to fix it."""
