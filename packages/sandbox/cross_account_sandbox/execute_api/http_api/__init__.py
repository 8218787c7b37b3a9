"""The data plane of HTTP APIs: routes, authorization, integrations and answers of payload formats 1.0 and 2.0."""
