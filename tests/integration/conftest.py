"""How a run of these tests is shared out among processes: tests that share a server go to one of them."""

import pytest

SHARED = ("mlflow_server", "team_server", "service")
"""Fixtures that start a server for many tests; by pytest-xdist each process that meets one starts its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that share a server one group, which `--dist loadgroup` keeps together."""
    for item in items:
        for name in SHARED:
            if isinstance(item, pytest.Function) and name in item.fixturenames:
                item.add_marker(pytest.mark.xdist_group(name))
                break
