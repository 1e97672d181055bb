"""The deployment of this folder, and the Bentos that go into it."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from commands.delivery.built_bentos import (
    bentoml_home,
    built_bento,
    forget_bentos,
    is_stored,
    old_bentos,
    remember_bento,
)
from commands.local.local_registry import registry_of
from svgai.errors import DeploymentFault
from svgai.settings import Settings

if TYPE_CHECKING:  # the registry imports mlflow, which takes seconds
    from mlflow import MlflowClient

    from registry.delivery.production_delivery import Build
    from registry.mlflow_store.versions import Version
    from rollout.deployment import Deployment
    from rollout.state import State
    from rollout.store import Store

FOLDER = Path(".svgai/deployment")
KEPT = 5


class BuildOnly:
    """Instead of a deployment, where Bentos are only built and tested, and served elsewhere."""

    address = ""

    def __init__(self, settings: Settings, keep: int) -> None:
        self._settings, self._keep = settings, keep

    def alone(self) -> AbstractContextManager[None]:
        """Nothing is shared."""
        return nullcontext()

    def live(self) -> str | None:
        """The newest good Bento."""
        return built_bento()

    def deploy(self, bento: str) -> None:
        """Test it and record it as the newest; DeploymentFault if it fails."""
        prove(bento, self._settings, self._keep)

    def recover(self) -> None:
        """Nothing runs."""

    def registry_behind(self) -> bool:
        """Nothing is put back."""
        return False

    def registry_caught_up(self) -> None:
        """Nothing to note."""


@dataclass(frozen=True)
class Serving:
    """The deployment of this folder; `phase` is steady unless a Bento, `other`, is being started or drained."""

    address: str
    bento: str | None
    other: str | None
    phase: str
    since: datetime
    former: str | None
    line: tuple[str, ...]
    runs: bool = True
    """Whether the process of `bento` runs; False also where there is none."""


def prove(bento: str, settings: Settings, keep: int) -> None:
    """
    Serve a Bento on a free port, run the smoke test, and record it as good; only the newest `keep` are kept.

    Raises:
        DeploymentFault: it does not become ready, or fails the test; unless it is in service here, or was before, it
            is deleted from the store then.
    """
    from registry.bento.bento_removal import remove_bento
    from rollout import service_process
    from rollout.ports import free_port
    from rollout.smoke_test import smoke_test
    from rollout.state import Service

    store = _store(settings, keep)
    service = Service(bento=bento, port=free_port())
    with tempfile.TemporaryDirectory(prefix="svgai-") as name:
        folder = Path(name)
        service_process.start(service, folder, store.home)
        try:
            service_process.wait_until_ready(service, folder)
            smoke_test(service_process.url(service), bento, settings.own_key, store.model_version(bento))
        except DeploymentFault:
            if bento not in _needed(settings):
                remove_bento(bento)
            raise
        finally:
            service_process.stop(service, folder)
    store.proved(bento)


def build_here(settings: Settings, say: Callable[[str], None]) -> "Build":
    """Builds the Bento of the versions in Production, and with A/B tests of those in Staging."""
    from registry.bento.bento_builder import BuiltBento, build_bento

    def build() -> BuiltBento:
        client = registry_of(settings)
        built = build_bento(client, Path.cwd(), challengers=challengers_for(client, settings))
        say(f"{'built' if built.created else 'found'} {built.tag}")
        return built

    return build


def challengers_for(client: "MlflowClient", settings: Settings) -> "list[Version]":
    """The versions in Staging for an A/B test, if AB_TESTING_ENABLED."""
    from registry.mlflow_store.versions import in_staging

    return in_staging(client) if settings.ab_testing_enabled else []


def deployment_of(
    settings: Settings,
    say: Callable[[str], None],
    *,
    host: str,
    port: int,
    canary: int = 0,
    observe: float = 60,
    keep: int = KEPT,
) -> "Deployment":
    """The deployment of this folder, at an address."""
    from rollout.deployment import Deployment
    from rollout.observation import Care

    care = Care(canary, observe)
    return Deployment(
        FOLDER,
        host,
        port,
        _store(settings, keep),
        say,
        care=care,
        api_key=settings.own_key,
        max_body_bytes=settings.max_body_bytes,
    )


def deployment_here(settings: Settings, say: Callable[[str], None]) -> "Deployment | None":
    """The deployment of this folder where it is; None if nothing was deployed from here."""
    from rollout.state import read_state

    state = read_state(FOLDER)
    return None if state is None else deployment_of(settings, say, host=state.host, port=state.port)


def deployed_address() -> "State":
    """The address of this folder's deployment, or of a first one."""
    from rollout.state import State, read_state

    return read_state(FOLDER) or State(host="127.0.0.1", port=3000)


def serving_here(settings: Settings) -> Serving | None:
    """The deployment of this folder; None if nothing was deployed from here."""
    from rollout.service_process import find

    deployment = deployment_here(settings, lambda _: None)
    if deployment is None:
        return None
    state = deployment.state
    return Serving(
        address=deployment.address,
        bento=deployment.live(),
        other=state.other.bento if state.other else None,
        phase=state.phase,
        since=state.since,
        former=deployment.former(),
        line=state.line,
        runs=state.live is not None and find(state.live, FOLDER) is not None,
    )


def _store(settings: Settings, keep: int) -> "Store":
    from rollout.store import Store

    def model_version(tag: str) -> str | None:
        from registry.bento.bento_content import stored_labels

        labels = stored_labels(tag)
        kinds = [kind for kind in ("classifier", "optimizer") if f"{kind}_version" in labels]
        return ",".join(f"{kind}:{labels[f'{kind}_version']}" for kind in kinds) or None

    def proved(tag: str) -> None:
        from registry.bento.bento_removal import remove_bento
        from registry.bento.latest_bento import make_latest

        remember_bento(tag)
        make_latest(tag)
        old = old_bentos(keep, _needed(settings))
        for bento in filter(is_stored, old):
            remove_bento(bento)
        forget_bentos(old)

    return Store(bentoml_home(), is_stored, model_version, proved)


def _needed(settings: Settings) -> list[str]:
    """The Bentos in service from this folder, being started or drained, or kept for rollbacks."""
    here = serving_here(settings)
    return [] if here is None else [bento for bento in (here.bento, here.other, here.former) if bento]
