"""Servers that the tests of this folder share, one of each for a run: where modules import them, each gets its own."""

from tests.integration.servers.mlflow_pages import browser_page
from tests.integration.servers.mlflow_server import mlflow_server, registry
from tests.integration.servers.small_bentos import bento_home
from tests.integration.servers.team_server import team_server

__all__ = ["bento_home", "browser_page", "mlflow_server", "registry", "team_server"]
