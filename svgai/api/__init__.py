"""The public HTTP API: forms, answers, errors on the wire, OpenAPI."""
