"""Traces of requests. `otlp_traces` and `request_spans` use OpenTelemetry, and are only loaded if it is configured."""
