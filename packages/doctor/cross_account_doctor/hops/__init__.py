"""The hops of a request, one file each: what can be wrong there, and what fixes it."""
