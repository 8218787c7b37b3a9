"""Functions, and the permissions by which API Gateway invokes them."""
