"""Traces of requests. `otlp_traces` and `request_spans` know OpenTelemetry, and are loaded where that is asked for."""
