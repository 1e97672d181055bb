"""How a run of these tests is shared out among processes: those that share a server go to one of them."""

from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

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
        return "MLflow" if _needs_mlflow(self.config.rootpath / path) else str(path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedServers | None:
    """It, where --dist loadscope asks for portions."""
    return SharedServers(config, log) if config.getoption("dist") == "loadscope" else None


@cache
def _needs_mlflow(module: Path) -> bool:
    return ONE_MLFLOW in module.read_text(encoding="utf-8")
