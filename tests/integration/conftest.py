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

ONE_MLFLOW = "registry: MlflowClient"
"""What a test says that takes the fixture `registry`; each process with such tests starts a server for them."""

SPREAD = {"test_rollout", "test_service_faults", "test_served_file", "test_folder_check"}
"""Modules whose tests share no server, and take long together."""


class SharedServers(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """
    Hands out whole modules of integration tests, and one test at a time of all others, the largest portion first.

    Not by the marker xdist_group, which pytest-xdist 3.8 takes no notice of under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = Path(nodeid.partition("::")[0])
        if "integration" not in path.parts or path.stem in SPREAD:
            return nodeid
        if path.parent.name == "stack":
            return "stack"
        return "MLflow" if _needs_mlflow(self.config.rootpath / path) else str(path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedServers | None:
    """It, where --dist loadscope asks for portions."""
    return SharedServers(config, log) if config.getoption("dist") == "loadscope" else None


@cache
def _needs_mlflow(module: Path) -> bool:
    return ONE_MLFLOW in module.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for many databases."""
    with private_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty quality database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'quality.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"quality_{abs(hash(tmp_path))}")
