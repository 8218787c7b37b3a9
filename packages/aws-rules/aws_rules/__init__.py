"""AWS's rules as pure functions: ARNs, policy documents, IAM evaluation, names and limits. Imports no SDK."""
