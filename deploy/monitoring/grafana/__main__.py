"""
Writes dashboards/: python -m deploy.monitoring.grafana.

Grafana reads the files; edit the modules beside this one instead.
"""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.monitoring.grafana.ai_dashboard import ai_dashboard
from deploy.monitoring.grafana.models_dashboard import models_dashboard
from deploy.monitoring.grafana.service_dashboard import service_dashboard


def dashboards() -> dict[str, str]:
    """The text of each file, by its name."""
    made = {"service": service_dashboard(), "ai": ai_dashboard(), "models": models_dashboard()}
    return {
        f"{name}.json": json.dumps(one.build(), cls=JSONEncoder, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        for name, one in made.items()
    }


if __name__ == "__main__":
    for file, text in dashboards().items():
        (Path(__file__).parent / "dashboards" / file).write_text(text, encoding="utf-8")
