"""AWS policy evaluation as pure functions: they take documents and a request, and return a decision with reasons."""
