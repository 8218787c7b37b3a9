"""AWS policy evaluation, pure: documents and requests in, a reasoned decision out."""
