"""
The A/B test of a running service: assigns images to arms.

It runs while both arms are loaded and it is not stopped in the quality database. It does not start before the database
has answered once; if the database is unavailable later, the last known state applies.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from svgai.arms import Arm, Experiment, Mode, Switch
from svgai.errors import QualityStoreFault
from svgai.serve.monitoring.metrics import Metrics

LOOK_EVERY_S = 5.0
"""Seconds between checks of the switch."""

logger = logging.getLogger("svgai.experiment")


@dataclass(frozen=True)
class Assignment:
    """The A/B test and arm that answer for an image, if any, and whether the challenger converts it in shadow."""

    arm: Arm | None = None
    experiment: str | None = None
    in_shadow: bool = False


class Arms(Protocol):
    """Assigns images to arms."""

    def begin(self, champion: str, challenger: str) -> None:
        """Start: both arms are loaded, in these versions. To be called in the event loop."""

    def assign(self, image_sha256: str) -> Assignment:
        """Assign and count an image that is about to be converted."""

    def close(self) -> None:
        """Look no more."""


class NoExperiment:
    """Assigns no image to a challenger (AB_TESTING_ENABLED=false)."""

    def begin(self, champion: str, challenger: str) -> None: ...

    def assign(self, image_sha256: str) -> Assignment:  # noqa: ARG002
        return Assignment()

    def close(self) -> None: ...


class LiveExperiment:
    """
    Assigns images to arms while the A/B test is on.

    Args:
        mode, share: see Experiment.
        look: records an A/B test in the quality database and reads its switch; raises QualityStoreFault.
    """

    def __init__(
        self,
        mode: Mode,
        share: float,
        look: Callable[[Experiment], Awaitable[Switch]],
        metrics: Metrics,
        every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._mode = mode
        self._share = share
        self._look = look
        self._metrics = metrics
        self._every_s = every_s
        self._experiment: Experiment | None = None
        self._looking: asyncio.Task[None] | None = None
        self._switch = Switch(on=False)
        self._fault = ""

    def begin(self, champion: str, challenger: str) -> None:
        experiment = Experiment(champion, challenger, self._mode, self._share)
        self._looking = asyncio.create_task(self._keep_looking(experiment))

    def assign(self, image_sha256: str) -> Assignment:
        experiment = self._experiment
        if experiment is None:
            return Assignment()
        challenged = experiment.gives_challenger(image_sha256)
        if experiment.mode == "shadow":
            self._metrics.assigned("champion")
            return Assignment("champion", experiment.name, in_shadow=challenged)
        arm: Arm = "challenger" if challenged else "champion"
        self._metrics.assigned(arm)
        return Assignment(arm, experiment.name)

    def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    async def _keep_looking(self, experiment: Experiment) -> None:
        while True:
            try:
                switch = await self._look(experiment)
            except QualityStoreFault as fault:
                self._tell(fault)
            else:
                self._fault = ""
                self._turn(experiment, switch)
            await asyncio.sleep(self._every_s)

    def _turn(self, experiment: Experiment, switch: Switch) -> None:
        self._experiment = experiment if switch.on else None
        self._metrics.challenger_switched_off(not switch.on)
        if switch != self._switch:
            said = {"experiment": experiment.name, "reason": switch.reason or None}
            logger.warning("the experiment is %s", "on" if switch.on else "off", extra=said)
        self._switch = switch

    def _tell(self, fault: QualityStoreFault) -> None:
        if not self._fault:
            logger.warning("the switch of the experiment cannot be read", extra={"fault": fault.message})
        self._fault = fault.message
