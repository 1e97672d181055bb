"""
Servers that tests share, one of each for a run, and how a run is shared out among processes.

Tests that share a server go to one process.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from loadtests.servers.postgres_server import PostgresServer
from tests.integration.servers.mlflow_pages import browser_page
from tests.integration.servers.mlflow_server import mlflow_server, registry
from tests.integration.servers.private_postgres import private_postgres
from tests.integration.servers.small_bentos import bento_home
from tests.integration.servers.team_server import team_server

__all__ = ["bento_home", "browser_page", "mlflow_server", "registry", "team_server"]

SHARED = {"registry: MlflowClient": "MLflow", "bento_home": "small Bentos"}
"""By what a module says that takes it: what each process with such tests makes once, and would make again."""

ONE_SERVICE = {
    *("test_page", "test_page_views", "test_page_faults"),
    *("test_api_reference", "test_connections", "test_described_api", "test_service", "test_tls"),
}
"""Modules that take the fixture `service` of them all."""

SPREAD = {"test_service_faults", "test_served_file", "test_folder_check"}
"""Modules whose tests share no server, and take long together."""


class SharedServers(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """
    Hands out whole modules of integration tests, and of unit tests that share something, the largest portion first.

    All other tests come one at a time. So what waits for servers is early, and never all that runs.

    Not by the marker xdist_group, which pytest-xdist 3.8 takes no notice of under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = Path(nodeid.partition("::")[0])
        text = _text(self.config.rootpath / path)
        if "integration" not in path.parts:
            return str(path) if 'scope="module"' in text else nodeid
        if path.stem in SPREAD:
            return nodeid
        if path.stem in ONE_SERVICE:
            return "service"
        if path.parent.name == "stack":
            return "stack"
        return next((name for words, name in SHARED.items() if words in text), str(path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedServers | None:
    """It, where --dist loadscope asks for portions."""
    return SharedServers(config, log) if config.getoption("dist") == "loadscope" else None


@cache
def _text(module: Path) -> str:
    return module.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for many databases."""
    with private_postgres() as server:
        yield server


def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty quality database of the kind that a fixture's parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'quality.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"quality_{abs(hash(tmp_path))}")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty quality database of each kind."""
    return empty_database(request, tmp_path)
