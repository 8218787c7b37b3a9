"""REST APIs: the API, its document, stage, deployment, guards and domains."""
