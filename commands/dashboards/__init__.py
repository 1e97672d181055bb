"""Grafana's dashboards, drawn without Grafana."""
