"""
The watcher: polls the registry, settles changes by people, and delivers the versions in Production.

It is stateless: after a kill, the next check continues from the state of the registry and the deployment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event

from mlflow import MlflowClient
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_exponential,
)

from registry.bento.bento_builder import HeldModel
from registry.delivery.production_delivery import (
    Build,
    Deployment,
    ModelsOf,
    are_files_of,
    deliver,
    failed_before,
    follow_live,
    record_delivery,
    serves,
)
from registry.gates.judgement import Judge
from registry.mlflow_store.promotion_log import WATCHER
from registry.mlflow_store.versions import REGISTERED_NAMES, Version
from registry.promotion.settlement import settle
from svgai.errors import DeploymentFault, SvgAiError
from svgai.model_files.training_record import ModelKind

_LONGEST_WAIT_S = 60.0


@dataclass(frozen=True)
class Watcher:
    """What one look needs."""

    connect: Callable[[], MlflowClient]
    judge: Callable[[MlflowClient], Judge]
    build: Build
    models_of: ModelsOf
    deployment: Deployment
    say: Callable[[str], None]
    looked: Callable[[str], None] = lambda _: None
    """Called after each check, with the error or nothing."""
    challengers_of: Callable[[str], Mapping[ModelKind, HeldModel]] | None = None
    """The challengers of a Bento; None without A/B tests, when Staging is ignored."""

    def look(self) -> None:
        """
        Settle both models, and deliver the versions in Production, with challengers, unless they serve already.

        A failed deployment is reported and recorded on its versions, not raised. Raises SvgAiError where the registry
        cannot be reached, or the Bento cannot be built.
        """
        self.deployment.recover()
        client = self.connect()
        if self.deployment.registry_behind():
            with self.deployment.alone():
                follow_live(client, self.models_of, self.deployment, WATCHER, "rolled back")
        judge = self.judge(client)
        production: list[Version] = []
        challengers: list[Version] = []
        for name in REGISTERED_NAMES.values():
            versions = settle(client, name, judge, self.say)
            production += [version for version in versions if version.stage == "Production"]
            if self.challengers_of:
                challengers += [version for version in versions if version.stage == "Staging"]
        if len(production) == len(REGISTERED_NAMES):
            self._deliver(client, production, challengers)
        self.looked("")

    def watch(self, every_s: float, stopped: Event) -> None:
        """Check every `every_s` seconds until `stopped` is set; with back-off while the registry is unavailable."""
        patient = Retrying(
            retry=retry_if_exception_type((SvgAiError, OSError)),
            wait=wait_exponential(multiplier=every_s, max=_LONGEST_WAIT_S),
            stop=stop_when_event_set(stopped),
            sleep=sleep_using_event(stopped),
            before_sleep=self._tell_fault,
            retry_error_callback=lambda _: None,
        )
        while not stopped.is_set():
            patient(self.look)
            if patient.statistics["attempt_number"] > 1:
                self.say("the registry answers again")
            stopped.wait(every_s)

    def _deliver(self, client: MlflowClient, production: list[Version], challengers: list[Version]) -> None:
        live = self.deployment.live()
        if serves(production, self.models_of, live) and self._tries(challengers, live):
            # The check that deployed it may have been killed before recording that.
            if live and any(not v.deployments or v.deployments[-1].bento != live for v in production):
                record_delivery(client, production, live, self.deployment, WATCHER)
            return
        if failed_before([*production, *challengers], self.deployment):
            return
        try:
            deliver(client, [*production, *challengers], self.build, self.models_of, self.deployment, WATCHER)
        except DeploymentFault as fault:
            self.say(str(fault))

    def _tries(self, challengers: list[Version], bento: str | None) -> bool:
        """Whether a Bento has exactly these challengers."""
        held = self.challengers_of(bento) if self.challengers_of and bento else {}
        return are_files_of(held, challengers)

    def _tell_fault(self, state: RetryCallState) -> None:
        fault = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0
        self.looked(str(fault))
        self.say(f"{fault}; trying again in {wait:.0f} s")
