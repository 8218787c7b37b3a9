"""The engine way in: a provider plugin for the real Pulumi engine over the same resource handlers."""
