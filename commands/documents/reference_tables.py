"""The tables of settings and metrics, and the example of a .env file, as the code has them."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric

from reports.markdown import table, write_section
from svgai.serve.monitoring.metrics import PrometheusMetrics
from svgai.serve.monitoring.service_metrics import PrometheusServiceMetrics
from svgai.settings import Settings
from svgai.whole_files import write_whole

SETTINGS_PAGE, METRICS_PAGE, EXAMPLE = Path("docs/settings.md"), Path("docs/metrics.md"), Path(".env.example")

_EXAMPLE_HEAD = """\
# Settings of the service and of the `svgai` command. Copy to `.env` and take the # off a line to change its value;
# a variable of the environment goes before the file. `svgai config` shows what is in force.

"""


def write_references(root: Path) -> None:
    """
    Write all of them into the files of a project.

    Raises:
        DatasetFault: a page has no place for its table.
    """
    write_section(root / SETTINGS_PAGE, "settings", settings_table())
    write_section(root / METRICS_PAGE, "metrics", metrics_table())
    write_whole(root / EXAMPLE, env_example())


def settings_table() -> str:
    """Every setting with its default and meaning, in the order of the code."""
    return table(
        "setting | default | meaning",
        (
            (f"`{name}`", f"`{default}`" if default else "unset", meaning.replace("|", r"\|"))
            for name, default, meaning in _settings()
        ),
    )


def env_example() -> str:
    """A .env file with every setting at its default, each in a comment."""
    return _EXAMPLE_HEAD + "".join(f"# {meaning}\n#{name}={default}\n" for name, default, meaning in _settings())


def metrics_table() -> str:
    """Every metric of ours with its labels, kind and help, in the order of the code."""
    return table(
        "metric | labels | kind | meaning",
        (
            (f"`{_name(family)}`", ", ".join(f"`{label}`" for label in _labels(family)), family.type, _help(family))
            for family in _families()
        ),
    )


def _settings() -> Iterator[tuple[str, str, str]]:
    for name, field in Settings.model_fields.items():
        default = field.default
        if default is None or default == ():
            shown = ""
        else:
            shown = str(default).lower() if isinstance(default, bool) else str(default)
        yield name.upper(), shown, str(field.description)


def _families() -> list[Metric]:
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    # The one whose series the models name.
    metrics.drifted("feature", 0.0)
    PrometheusServiceMetrics(bento="none", code="none", quality_threshold=0.0, registry=registry)
    return list(registry.collect())


def _name(family: Metric) -> str:
    return family.name + ("_total" if family.type == "counter" else "")


def _labels(family: Metric) -> list[str]:
    return [label for label in family.samples[0].labels if label != "le"]


def _help(family: Metric) -> str:
    return family.documentation.replace("|", r"\|")
