"""The Pulumi package `cross-account-api`: the components for programs in YAML and in every language of Pulumi."""
