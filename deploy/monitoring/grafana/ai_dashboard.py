"""Results of models and tracing: types, quality, size, promises, drift, experiments."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.monitoring.grafana.panels import Lines, Query, Section, dashboard

_RATE = "[$__rate_interval]"
_JOB = '{job="svgai"}'
_BY_TYPE = "{{image_type}}"


def _mean(histogram: str) -> str:
    sums, counts = (f"sum by (image_type) (rate({histogram}_{part}{_JOB}{_RATE}))" for part in ("sum", "count"))
    return f"{sums} / {counts}"


def _quantile(share: float, histogram: str) -> str:
    return f"histogram_quantile({share}, sum by (image_type, le) (rate({histogram}_bucket{_JOB}{_RATE})))"


IMAGES = Section(
    "Images",
    (
        Lines(
            "Images classified, by type",
            "ops",
            (Query(f"sum by (predicted_type) (rate(ai_classifications_total{_JOB}{_RATE}))", "{{predicted_type}}"),),
            stacked=True,
        ),
        Lines(
            "Confidence",
            "percentunit",
            (
                Query(
                    f"sum by (confidence_level) (rate(ai_classifications_total{_JOB}{_RATE}))"
                    f" / on() group_left() sum(rate(ai_classifications_total{_JOB}{_RATE}))",
                    "{{confidence_level}}",
                ),
            ),
            "high from .9, medium from .6.",
            top=1,
            stacked=True,
        ),
        Lines(
            "Drift of the images",
            "none",
            (
                Query(f"topk(8, max by (feature) (svgai_input_drift{_JOB}))", "{{feature}}"),
                Query("vector(0.25)", "much"),
            ),
            "How far what comes in has changed from what the models learned from (population stability index); 0 where"
            " that is not certain.",
        ),
    ),
)

QUALITY = Section(
    "Quality",
    (
        Lines("ssim, mean", "none", (Query(_mean("svgai_conversion_ssim"), _BY_TYPE),), bottom=None),
        Lines(
            "worst, mean",
            "none",
            (Query(_mean("svgai_conversion_worst"), _BY_TYPE),),
            "ssim of the poorest place.",
            bottom=None,
        ),
        Lines(
            "worst of the poorest tenth",
            "none",
            (Query(_quantile(0.1, "svgai_conversion_worst"), _BY_TYPE),),
            "One answer in ten is poorer in its poorest place.",
            bottom=None,
        ),
        Lines(
            "Promises kept",
            "percentunit",
            (
                Query(
                    f'sum by (image_type) (rate(svgai_target_met_total{{job="svgai",met="yes"}}{_RATE}))'
                    f" / sum by (image_type) (rate(svgai_target_met_total{_JOB}{_RATE}))",
                    _BY_TYPE,
                ),
            ),
            "Share of conversions in which nothing was missed.",
            top=1,
        ),
        Lines("Size of the SVG, median", "decbytes", (Query(_quantile(0.5, "svgai_conversion_bytes"), _BY_TYPE),)),
        Lines(
            "ssim above VTracer's defaults",
            "percent",
            (Query(_mean("ai_quality_improvement_percent"), _BY_TYPE),),
            "On a sampled share of the conversions.",
        ),
    ),
)

WORK = Section(
    "Work",
    (
        Lines(
            "Conversions",
            "ops",
            (Query(f"sum by (image_type) (rate(svgai_conversion_ssim_count{_JOB}{_RATE}))", _BY_TYPE),),
            stacked=True,
        ),
        Lines("Tracings tried, mean", "none", (Query(_mean("ai_optimization_iterations"), _BY_TYPE),)),
        Lines(
            "Time of a conversion, median",
            "s",
            (Query(_quantile(0.5, "svgai_conversion_seconds"), _BY_TYPE),),
            "Its wait in the queue included.",
        ),
    ),
)

EXPERIMENTS = Section(
    "Experiments",
    (
        Lines(
            "Conversions by arm",
            "ops",
            (Query(f"sum by (arm) (rate(svgai_ab_assignments_total{_JOB}{_RATE}))", "{{arm}}"),),
            "svgai ab report shows what the challenger changes, with its bounds; means compared here say little.",
            stacked=True,
        ),
        Lines(
            "Challenger switched off",
            "none",
            (Query(f"max(svgai_challenger_switched_off{_JOB})", "switched off"),),
            "svgai ab status says why.",
            top=1,
        ),
    ),
)


def ai_dashboard() -> Dashboard:
    """The dashboard of what the AI does."""
    about = "Types, confidence, drift, quality, size, promises, experiments. What a figure means: docs/metrics.md."
    return dashboard("svgai-ai", "SVG-AI: AI", about, (IMAGES, QUALITY, WORK, EXPERIMENTS))
