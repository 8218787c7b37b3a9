"""The Pulumi package `cross-account-api`: the components for programs in YAML and all other Pulumi languages."""
