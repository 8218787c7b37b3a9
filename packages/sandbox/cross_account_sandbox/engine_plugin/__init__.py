"""A provider plugin with which the real Pulumi engine uses the sandbox's resource handlers."""
