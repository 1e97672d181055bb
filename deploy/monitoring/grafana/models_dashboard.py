"""The models and code in service, and the effect of changes."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.monitoring.grafana.panels import Lines, Query, Section, dashboard

IN_SERVICE = Section(
    "In service",
    (
        Lines(
            "Services by versions of the models",
            "none",
            (
                Query(
                    'count by (classifier, optimizer) (svgai_models_info{job="svgai"} == 1)',
                    "classifier {{classifier}}, optimizer {{optimizer}}",
                ),
            ),
            "More than one for longer than a deployment takes: SvgaiReplicasDiffer.",
            stacked=True,
        ),
        Lines(
            "Services by what they serve",
            "none",
            (Query('count by (bento, code) (svgai_build_info{job="svgai"} == 1)', "{{bento}}, code {{code}}"),),
            stacked=True,
        ),
        Lines(
            "Models in use",
            "none",
            (Query('ai_features_enabled{job="svgai"}', "{{instance}}"),),
            "0: the service converts by fixed tracings.",
            top=1,
        ),
    ),
)

CHANGES = Section(
    "What changed with them",
    (
        Lines(
            "ssim, mean of a quarter of an hour",
            "none",
            (
                Query("svgai:ssim:mean15m", "measured"),
                Query('min(svgai_quality_threshold{job="svgai"})', "AI_QUALITY_THRESHOLD"),
            ),
            bottom=None,
        ),
        Lines(
            "Promises kept",
            "percentunit",
            (Query("svgai:target_met:ratio_rate1h", "1 hour"), Query("svgai:target_met:ratio_rate1d", "1 day")),
            bottom=None,
        ),
        Lines(
            "worst, mean",
            "none",
            (Query("svgai:worst:mean1h", "1 hour"), Query("svgai:worst:mean1d", "1 day")),
            bottom=None,
        ),
        Lines(
            "Time of the models on an image",
            "s",
            (
                Query(
                    'sum by (model_name) (rate(ai_model_inference_seconds_sum{job="svgai",operation="batch"}'
                    "[$__rate_interval])) / sum by (model_name)"
                    ' (rate(ai_model_inference_seconds_count{job="svgai",operation="batch"}[$__rate_interval]))',
                    "{{model_name}}",
                ),
            ),
            "Mean of a batch.",
        ),
        Lines(
            "Memory that loading the models took",
            "decmbytes",
            (Query('max by (instance) (ai_model_memory_mb{job="svgai"})', "{{instance}}"),),
        ),
    ),
)


def models_dashboard() -> Dashboard:
    """The dashboard of the models."""
    about = "Versions in service, promotions and deployments (marks on the time axis), quality since, memory."
    return dashboard("svgai-models", "SVG-AI: models", about, (IN_SERVICE, CHANGES))
