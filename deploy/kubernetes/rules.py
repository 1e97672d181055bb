"""
Converts the rules of `deploy/monitoring` for the Prometheus operator: writes components/monitoring/rules.yaml.

    python deploy/kubernetes/rules.py

Rules are edited in `deploy/monitoring`, where `promtool` tests them; a test checks that both agree.
"""

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SOURCES = tuple(HERE.parent / "monitoring" / name for name in ("recording.rules.yml", "alerts.rules.yml"))
WRITTEN = HERE / "components/monitoring/rules.yaml"


def prometheus_rule() -> dict[str, Any]:
    """The PrometheusRule resource with all groups of the sources, in their order."""
    groups = [group for source in SOURCES for group in yaml.safe_load(source.read_text(encoding="utf-8"))["groups"]]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "svgai"},
        "spec": {"groups": groups},
    }


class _Dumper(yaml.SafeDumper):
    """Writes multi-line expressions as block scalars."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)

if __name__ == "__main__":
    text = yaml.dump(prometheus_rule(), Dumper=_Dumper, sort_keys=False, width=1_000)
    WRITTEN.write_text(f"# Written by rules.py from deploy/monitoring.\n{text}", encoding="utf-8")
