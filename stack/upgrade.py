"""
Another image put into service without a gap, and the one before put back.

The other set of replicas is started, must be healthy and pass the smoke test, gets a share of the requests, then all of
them; the old set answers what it had begun, and stops. What is about to happen is written first: whatever was killed on
the way is undone or finished by the next command, and requests are answered meanwhile.
"""

import time
from collections.abc import Callable, Iterable

import httpx

from rollout.observation import Care
from rollout.smoke_test import smoke_faults
from rollout.traffic import fault_of, logged_answers
from stack.compose import Compose
from stack.health import is_healthy, wait_until_healthy
from stack.proxy import StackProxy
from stack.release import Release, read_release, services_of, write_release
from svgai.errors import ContainerFault, StackFault

_SMOKE_TESTS = 2
"""As many as there are replicas: nginx sends the images of a test to both."""

_LOOK_EVERY_S = 0.5
_SICK_TIMES = 3


class Upgrade:
    """
    The sets of replicas of one stack, and which of them serves.

    Args:
        smoke: Gives what is wrong with the answers that a client gets.
    """

    def __init__(
        self,
        compose: Compose,
        proxy: StackProxy,
        say: Callable[[str], None],
        smoke: Callable[[httpx.Client], Iterable[str]] = smoke_faults,
    ) -> None:
        self._compose, self._proxy, self._say, self._smoke = compose, proxy, say, smoke
        self._shown: Release | None = None

    @property
    def release(self) -> Release:
        """
        The state on disk; in a dry run, what would be there.

        Raises:
            StackFault: the stack was never started.
        """
        release = self._shown or read_release(self._compose.folder)
        if release is None:
            raise StackFault("the stack was never started; `svgai stack up` does that")
        return release

    def to(self, image: str, care: Care) -> None:
        """
        Put an image into service.

        Raises:
            StackFault: it does not get healthy, or fails its smoke test or its clients; what served before serves.
        """
        self.recover()
        if self.release.image == image:
            self._say(f"{image} serves already")
            return
        self._write(self.release.with_other(image))
        try:
            self._start_other()
            if care.canary_percent:
                self._try_as_canary(care)
        except (StackFault, ContainerFault) as fault:
            self._drop_other()
            raise StackFault(f"{image} is not in service: {fault.message}") from None
        self._write(self.release.switched())
        self._finish()
        if not self._compose.dry:
            self._say(f"{image} is in service")

    def roll_back(self) -> None:
        """
        Put the image that served before back into service, without a canary.

        Raises:
            StackFault: there is none, or it does not serve any more.
        """
        self.recover()
        former = self.release.former
        if former is None:
            raise StackFault("no other image served here before")
        self.to(former, Care(canary_percent=0))

    def recover(self) -> None:
        """Undo or finish what was interrupted."""
        release = self.release
        if release.phase == "draining":
            self._say(f"the change to {release.image} was interrupted: finishing it")
            self._finish()
        elif release.phase != "steady":
            self._say(f"the change to {release.images[release.other]} was interrupted: undoing it")
            self._drop_other()

    def _write(self, release: Release) -> None:
        if self._compose.dry:
            self._shown = release
        else:
            write_release(self._compose.folder, release)

    def _start_other(self) -> None:
        services = services_of(self.release.other)
        self._compose.change("up", "--detach", "--no-deps", "--no-build", *services)
        if self._compose.dry:
            return
        seconds = wait_until_healthy(self._compose, services)
        self._say(f"{self.release.images[self.release.other]} is healthy after {seconds:.1f} s")
        self._proxy.route(self.release)
        with self._proxy.client(trial=True) as client:
            faults = [fault for _ in range(_SMOKE_TESTS) for fault in self._smoke(client)]
        if faults:
            raise StackFault("; ".join(faults))
        self._say("it passed the smoke test")

    def _try_as_canary(self, care: Care) -> None:
        if self._compose.dry:
            return
        log = self._proxy.log
        offset = log.stat().st_size if log.is_file() else 0
        self._write(self.release.but(phase="canary"))
        self._proxy.route(self.release, share=care.canary_percent)
        self._say(f"it gets {care.canary_percent} % of the requests for {care.observe_s:g} s")
        release, environment = self.release, self._compose.environment
        new, live = environment.replicas(release.other), environment.replicas(release.live)
        deadline, sick = time.monotonic() + care.observe_s, 0
        while time.monotonic() < deadline:
            healthy = all(is_healthy(self._compose, service) for service in services_of(release.other))
            sick = 0 if healthy else sick + 1
            if sick == _SICK_TIMES:
                raise StackFault(f"as a canary, it was not healthy {_SICK_TIMES} times running")
            if fault := fault_of(logged_answers(log, new, offset), logged_answers(log, live, offset)):
                raise StackFault(f"as a canary, {fault}")
            time.sleep(_LOOK_EVERY_S)

    def _finish(self) -> None:
        """Send all requests to the live set, let the other one answer what it has begun, and stop it."""
        self._proxy.route(self.release)
        if not self._compose.dry:
            self._proxy.wait_until_drained()
        self._compose.change("stop", *services_of(self.release.other))
        if not self._compose.dry:
            self._proxy.log.unlink(missing_ok=True)
        self._write(self.release.but(phase="steady"))

    def _drop_other(self) -> None:
        """The same for a set that does not stay."""
        self._write(self.release.but(phase="draining"))
        self._finish()
