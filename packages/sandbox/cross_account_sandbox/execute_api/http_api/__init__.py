"""The data plane of HTTP APIs: routes, authorization, integrations, and payload formats 1.0 and 2.0."""
