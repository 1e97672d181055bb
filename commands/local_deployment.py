"""The deployment of this folder, and what puts Bentos into it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from commands.console import Console
from commands.local_service import built_bento, remember_bento
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from registry.bento_builder import BuiltBento
    from rollout.deployment import Deployment

DEPLOYMENT = Path(".svgai/deployment")


class BuildOnly:
    """In the place of a deployment, where Bentos are built and somebody else serves them."""

    address = ""

    def live(self) -> str | None:
        """The Bento that was built here last."""
        return built_bento()

    def deploy(self, bento: str) -> None:
        """Note it as the last."""
        remember_bento(bento)

    def recover(self) -> None:
        """Nothing runs."""

    def registry_behind(self) -> bool:
        """Nothing is put back."""
        return False

    def registry_caught_up(self) -> None:
        """Nothing to note."""
