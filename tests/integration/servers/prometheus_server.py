"""A real Prometheus with our configuration, at shorter intervals."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from loadtests.servers.local_server import stop
from rollout.ports import free_port
from rollout.waiting import wait_until
from tests.integration.servers.served import ROOT
from tests.integration.servers.viewers import program

FOLDER = ROOT / "deploy/monitoring"
WITHIN_S = 180


class Prometheus:
    """What it answers."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.url = str(client.base_url)

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The series of an expression, now."""
        found: list[dict[str, Any]] = self._data("query", query=query)["result"]
        return found

    def alerts(self) -> dict[str, str]:
        """Those that are pending or firing, and which of both."""
        return {one["labels"]["alertname"]: one["state"] for one in self._data("alerts")["alerts"]}

    def wait_for(self, holds: Callable[[], bool], seconds: float = WITHIN_S) -> None:
        """Until something holds."""

        def seen() -> bool:
            with suppress(httpx.TransportError, httpx.HTTPStatusError):  # it is being started
                return holds()
            return False

        assert wait_until(seen, seconds, every_s=0.2)

    def _data(self, path: str, **parameters: str) -> Any:
        return self._client.get(f"/api/v1/{path}", params=parameters).raise_for_status().json()["data"]


@contextmanager
def prometheus(
    folder: Path, *targets: str, rules: Callable[[str], str] = lambda text: text, interval: str = "1s"
) -> Iterator[Prometheus]:
    """One that looks at the targets at this interval, and judges by what `rules` makes of ours."""
    folder.mkdir()
    for name in ("recording.rules.yml", "alerts.rules.yml"):
        (folder / name).write_text(rules((FOLDER / name).read_text(encoding="utf-8")), encoding="utf-8")
    configuration = (FOLDER / "prometheus.yml").read_text(encoding="utf-8").replace("15s", interval)
    configuration = configuration.replace('"127.0.0.1:3000"', ", ".join(f'"{target}"' for target in targets))
    (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
    port = free_port()
    options = {"config.file": folder / "prometheus.yml", "storage.tsdb.path": folder / "data"}
    options |= {"web.listen-address": f"127.0.0.1:{port}", "log.level": "error"}  # type: ignore[dict-item]
    command = [program("prometheus"), *(f"--{name}={value}" for name, value in options.items())]
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield Prometheus(client)
    finally:
        stop(process)
