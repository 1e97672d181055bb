"""A real Prometheus with our configuration, at shorter intervals, beside a service."""

import re
from pathlib import Path
from typing import Any

import pytest

from loadtests.servers.local_server import stop
from tests.fakes.serving_fakes import png
from tests.integration.servers.prometheus_server import FOLDER, prometheus
from tests.integration.servers.served import encoded, serving
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration


@pytest.mark.alone
def test_prometheus_sees_a_service_and_misses_it(tmp_path: Path, models_folder: Path) -> None:
    """
    What the rules ask for is there, and nothing is wrong; once the service is gone, that alone is told.

    What the cache answers is no conversion.
    """
    program("prometheus")
    settings: dict[str, Any] = {"MODEL_DIR": str(models_folder), "AI_MAX_WORKERS": "1"}
    with (
        serving(tmp_path / "service", **settings) as served,
        prometheus(tmp_path / "prometheus", served.address) as watching,
    ):
        watching.wait_for(lambda: bool(watching.ask('up{job="svgai"} == 1')))

        def all_is_counted() -> bool:
            """Series of BentoML's own begin with their first event, and have a rate from the second on."""
            for path in ("/api/convert", "/api/classify"):
                assert served.client.post(path, json={"image": encoded(png())}).status_code == 200
            return bool(watching.ask("svgai:unavailable:ratio_rate5m == 0 and on() svgai:late:ratio_rate5m < 0.5"))

        watching.wait_for(all_is_counted)
        assert sum(float(one["value"][1]) for one in watching.ask("svgai_conversion_ssim_count")) == 1
        expressions = (FOLDER / "recording.rules.yml").read_text() + (FOLDER / "alerts.rules.yml").read_text()
        ours = set(re.findall(r"\b(?:ai|svgai|bentoml)_\w+", expressions))
        assert len(ours) > 8
        assert [name for name in ours if not watching.ask(f'{name}{{job="svgai"}}')] == []
        assert len(watching.ask("svgai_models_info == 1")) == len(watching.ask("svgai_build_info == 1")) == 1
        assert watching.alerts() == {}
        stop(served.process)
        watching.wait_for(lambda: watching.alerts() == {"SvgaiDown": "pending"})
