"""The first dashboard for operators: traffic, errors, latency, saturation, batches."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.monitoring.grafana.panels import Lines, Now, Query, Section, dashboard

_RATE = "[$__rate_interval]"
_API = 'job="svgai",endpoint=~"/api/.*"'
_GOOD = 'job="svgai",http_response_code="200"'


def _duration(share: float, endpoint: str) -> str:
    buckets = f'bentoml_service_request_duration_seconds_bucket{{{_GOOD},endpoint="{endpoint}"}}{_RATE}'
    return f"histogram_quantile({share}, sum by (le) (rate({buckets})))"


def _batch_wait(share: float) -> str:
    return (
        f'histogram_quantile({share}, sum by (api, le) (rate(svgai_batch_wait_seconds_bucket{{job="svgai"}}{_RATE})))'
    )


NOW = Section(
    "Now",
    (
        Now(
            "Services that are ready",
            "none",
            (Query('sum(svgai_ready{job="svgai"}) or vector(0)', "ready"),),
            amber=1,
            red=0.5,
        ),
        Now("With their models", "percentunit", (Query('avg(ai_features_enabled{job="svgai"})', "in use"),), 1, 0.5),
        Now(
            "Requests that fail",
            "percentunit",
            (Query("svgai:unavailable:ratio_rate5m", "5xx"),),
            amber=0.001,
            red=0.0144,
            about="Of five minutes. The objective allows .1 %; from 1.4 % on a month's budget is gone in two days.",
        ),
        Now(
            "Answers that come late",
            "percentunit",
            (Query("svgai:late:ratio_rate5m", "late"),),
            amber=0.01,
            red=0.144,
            about="Of five minutes: classify and optimize from .5 s on, convert from 5 s on. The objective allows 1 %.",
        ),
        Now(
            "Wait for a process",
            "s",
            (Query('max(svgai_conversion_expected_wait_seconds{job="svgai"})', "expected"),),
            amber=0.5,
            red=1,
            about="Of a conversion that comes now. From 1.5 s on it is refused.",
        ),
        Now(
            "Alerts",
            "none",
            (Query('count(ALERTS{alertstate="firing"}) or vector(0)', "firing"),),
            amber=0.5,
            red=1,
        ),
    ),
)

TRAFFIC = Section(
    "Traffic",
    (
        Lines(
            "Requests",
            "reqps",
            (Query(f"sum by (endpoint) (rate(bentoml_service_request_total{{{_API}}}{_RATE}))", "{{endpoint}}"),),
            stacked=True,
        ),
        Lines(
            "Answers by status",
            "reqps",
            (
                Query(
                    f"sum by (http_response_code) (rate(bentoml_service_request_total{{{_API}}}{_RATE}))",
                    "{{http_response_code}}",
                ),
            ),
            "429: refused, the client may come again. 499: the client left.",
            stacked=True,
        ),
        Lines(
            "Conversions by what the cache knew",
            "reqps",
            (Query(f'sum by (result) (rate(svgai_cache_requests_total{{job="svgai"}}{_RATE}))', "{{result}}"),),
            "error: the Redis of CACHE_URL cannot be asked.",
            stacked=True,
        ),
    ),
)

ERRORS = Section(
    "Errors",
    (
        Lines(
            "Share of requests that fail",
            "percentunit",
            (
                Query("svgai:unavailable:ratio_rate5m", "5 minutes"),
                Query("svgai:unavailable:ratio_rate1h", "1 hour"),
                Query("vector(0.001)", "allowed"),
            ),
            "5xx of all but those whose client left.",
        ),
        Lines("Share refused with 429", "percentunit", (Query("svgai:refused:ratio_rate10m", "10 minutes"),)),
        Lines(
            "Rows that are lost",
            "none",
            (Query(f'sum(increase(svgai_outcomes_dropped_total{{job="svgai"}}{_RATE}))', "outcomes and ratings"),),
            "They will never be in the quality store.",
        ),
        Lines(
            "The quality database takes nothing",
            "none",
            (Query('svgai_quality_database_down{job="svgai"}', "{{instance}}"),),
            "1: its rows wait in the spool.",
            top=1,
        ),
        Lines(
            "Rows that wait for the quality database",
            "decbytes",
            (Query('svgai_outcomes_spool_bytes{job="svgai"}', "{{instance}}"),),
            "The size of the spool, which is full at QUALITY_SPOOL_BYTES.",
        ),
    ),
)

LATENCY = Section(
    "Latency",
    (
        Lines(
            "convert",
            "s",
            tuple(Query(_duration(share, "/api/convert"), f"p{share:.0%}"[:-1]) for share in (0.5, 0.9, 0.99)),
            "Of good answers.",
        ),
        Lines(
            "classify and optimize",
            "s",
            tuple(
                Query(_duration(share, f"/api/{api}"), f"{api} p{share:.0%}"[:-1])
                for api in ("classify", "optimize")
                for share in (0.5, 0.99)
            ),
            "Of good answers.",
        ),
        Lines(
            "Share of answers that come late",
            "percentunit",
            (
                Query("svgai:late:ratio_rate5m", "5 minutes"),
                Query("svgai:late:ratio_rate1h", "1 hour"),
                Query("vector(0.01)", "allowed"),
            ),
            "classify and optimize from .5 s on, convert from 5 s on.",
        ),
        Lines(
            "Where the time goes",
            "s",
            (
                Query(
                    f'sum by (model_name, operation) (rate(ai_model_inference_seconds_sum{{job="svgai"}}{_RATE}))'
                    f' / sum by (model_name, operation) (rate(ai_model_inference_seconds_count{{job="svgai"}}{_RATE}))',
                    "{{model_name}} {{operation}}",
                ),
            ),
            "Mean time of a piece of work, by model and stage.",
        ),
    ),
)

SATURATION = Section(
    "Saturation",
    (
        Lines(
            "Requests in hand",
            "none",
            (Query(f"sum by (endpoint) (bentoml_service_request_in_progress{{{_API}}})", "{{endpoint}}"),),
            stacked=True,
        ),
        Lines(
            "Conversions that wait for a process",
            "none",
            (Query('sum(svgai_conversions_waiting{job="svgai"})', "waiting"),),
            "What an autoscaler scales on.",
        ),
        Lines(
            "Expected wait of a conversion",
            "s",
            (
                Query('max by (instance) (svgai_conversion_expected_wait_seconds{job="svgai"})', "{{instance}}"),
                Query("vector(1.5)", "refused from here on"),
            ),
        ),
        Lines(
            "Processes that were replaced",
            "none",
            (
                Query(
                    f'sum by (process, cause) (increase(svgai_process_restarts_total{{job="svgai"}}{_RATE}))',
                    "{{process}} {{cause}}",
                ),
            ),
            "died: by itself; stopped: it took too long, or its client had gone.",
            stacked=True,
        ),
    ),
)

BATCHES = Section(
    "Batches of classify and optimize",
    (
        Lines(
            "Requests of a batch, mean",
            "none",
            (
                Query(
                    f'sum by (method_name) (rate(bentoml_service_adaptive_batch_size_sum{{job="svgai"}}{_RATE}))'
                    " / sum by (method_name)"
                    f' (rate(bentoml_service_adaptive_batch_size_count{{job="svgai"}}{_RATE}))',
                    "{{method_name}}",
                ),
            ),
        ),
        Lines(
            "Batches",
            "ops",
            (
                Query(
                    f'sum by (method_name) (rate(bentoml_service_adaptive_batch_size_count{{job="svgai"}}{_RATE}))',
                    "{{method_name}}",
                ),
            ),
        ),
        Lines(
            "Wait for the first batch",
            "s",
            (Query(_batch_wait(0.5), "{{api}} p50"), Query(_batch_wait(0.99), "{{api}} p99")),
        ),
    ),
)


def service_dashboard() -> Dashboard:
    """The dashboard of the service."""
    about = "Traffic, errors, latency, saturation and batches. Runbook: docs/OPERATIONS.md."
    return dashboard("svgai-service", "SVG-AI: service", about, (NOW, TRAFFIC, ERRORS, LATENCY, SATURATION, BATCHES))
