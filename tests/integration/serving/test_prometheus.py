"""A real Prometheus with our configuration, at shorter intervals, beside a service."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from loadtests.servers.local_server import stop
from rollout.ports import free_port
from tests.fakes.serving_fakes import png
from tests.integration.servers.served import ROOT, encoded, serving
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

FOLDER = ROOT / "deploy/monitoring"
WITHIN_S = 60


class Prometheus:
    """What it answers."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The series of an expression, now."""
        found: list[dict[str, Any]] = self._data("query", query=query)["result"]
        return found

    def alerts(self) -> dict[str, str]:
        """Those that are pending or firing, and which of both."""
        return {one["labels"]["alertname"]: one["state"] for one in self._data("alerts")["alerts"]}

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Until something holds."""
        deadline = time.monotonic() + WITHIN_S
        while True:
            try:
                if holds():
                    return
            except (httpx.TransportError, httpx.HTTPStatusError):  # it is being started
                pass
            assert time.monotonic() < deadline
            time.sleep(0.2)

    def _data(self, path: str, **parameters: str) -> Any:
        return self._client.get(f"/api/v1/{path}", params=parameters).raise_for_status().json()["data"]


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Prometheus]:
    """One that looks at the target each second."""
    shutil.copytree(FOLDER, folder)
    configuration = (FOLDER / "prometheus.yml").read_text(encoding="utf-8")
    configuration = configuration.replace("127.0.0.1:3000", target).replace("15s", "1s")
    (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
    port = free_port()
    options = {"config.file": folder / "prometheus.yml", "storage.tsdb.path": folder / "data"}
    options |= {"web.listen-address": f"127.0.0.1:{port}", "log.level": "error"}  # type: ignore[dict-item]
    command = [program("prometheus"), *(f"--{name}={value}" for name, value in options.items())]
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield Prometheus(client)
    finally:
        stop(process)


def test_prometheus_sees_a_service_and_misses_it(tmp_path: Path, models_folder: Path) -> None:
    """
    What the rules ask for is there, and nothing is wrong; once the service is gone, that alone is told.

    What the cache answers is no conversion.
    """
    program("prometheus")
    settings: dict[str, Any] = {"MODEL_DIR": str(models_folder), "AI_MAX_WORKERS": "1"}
    with serving(tmp_path / "service", **settings) as served:
        target = str(served.client.base_url).removeprefix("http://").rstrip("/")
        with prometheus(tmp_path / "prometheus", target) as watching:
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
