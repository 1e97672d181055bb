"""
Zero-downtime deployments of Bentos on one machine.

The new one starts beside the old one, must get ready and pass the smoke test, takes over behind the proxy, and is
observed while the old one keeps running. Each step is recorded before it is taken: after a kill, `recover` completes or
undoes it.
"""

from collections.abc import Callable
from pathlib import Path

from rollout import service_process
from rollout.observation import observe
from rollout.ports import require_free
from rollout.state import Service, read_state
from rollout.steps import Steps
from rollout.traffic import Answers, counted_answers, logged_answers
from svgai.errors import DeploymentFault


class Deployment(Steps):
    """The deployment of one folder."""

    def former(self) -> str | None:
        """The tag of the Bento that a rollback restores; those no longer in the store are skipped."""
        return next((tag for tag in reversed(self.state.line) if self._store.exists(tag)), None)

    def registry_behind(self) -> bool:
        """Whether a former Bento was restored and the registry has not been updated."""
        return self.state.registry_behind

    def registry_caught_up(self) -> None:
        """Record that the registry was updated."""
        if self.registry_behind():
            with self.alone():
                self._write(self.state.model_copy(update={"registry_behind": False}))

    def deploy(self, bento: str) -> None:
        """
        Put a Bento into service.

        Raises:
            DeploymentFault: it is not in the store, does not become ready, or fails the smoke test or the observation;
                then the previous one serves.
        """
        with self.alone():
            self._tidy_up()
            if self.state.live and self.live() == bento and service_process.find(self.state.live, self._folder):
                self._listen()
                self._say(f"{bento} serves already at {self.address}")
                return
            if not self._store.exists(bento):
                raise DeploymentFault(
                    bento, ("it is not in the BentoML store of this machine; `bentoml list` shows those",)
                )
            self._require_address()
            self._wanted_back.unlink(missing_ok=True)
            self._start_other(bento)
            if self._care.canary_percent and self.state.live:
                self._try_as_canary()
            self._take_over()
            self._observe_live()

    def roll_back(self, then: Callable[[str], None]) -> str:
        """
        Put the previous Bento back into service, and return its tag; a deployment in progress is cancelled.

        `then` is called with the tag while the lock is held.

        Raises:
            DeploymentFault: there is none, or it cannot serve any more.
        """
        coming, former = self._coming, self.former()
        if coming is None and self.state.live is None:
            way_out = (
                "nothing is in service that could be rolled back; `svgai deploy` serves what is in Production, and "
                "`svgai rollback MODEL` gives Production back to the version before"
            )
            raise DeploymentFault("the former Bento", (way_out,))
        if former is None:
            raise DeploymentFault("the former Bento", ("no other Bento served here before and is still in the store",))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._wanted_back.touch()
        with self.alone():
            self._wanted_back.unlink(missing_ok=True)
            state = self.state
            if state.phase == "observing" and state.other is not None and state.other.bento == former:
                self._take_back()
            else:
                self._tidy_up()
                # The deployment in progress is undone by now, or another rollback was faster: one step back is enough.
                if (coming is None or self.live() in {None, coming}) and self.live() != former:
                    self._put_back(former)
            tag = self.live()
            assert tag is not None
            then(tag)
            return tag

    def recover(self) -> None:
        """
        Complete or undo an interrupted step, and start services that should run.

        Raises:
            DeploymentFault: an interrupted observation failed, or the live service does not start any more.
        """
        if read_state(self._folder) is not None:
            with self.alone():
                self._recover()

    def stop(self) -> None:
        """
        Finish requests in progress, then stop the services and the proxy, and report what was stopped.

        A later `deploy` starts again; a rollback does not.
        """
        with self.alone():
            before = self.state
            self._proxy.stop()
            for service in (self.state.other, self.state.live):
                if service is not None:
                    service_process.stop(service, self._folder)
            self._write(before.but(live=None, other=None, phase="steady"))
            live = before.live.bento if before.live else "nothing"
            self._say(f"{live} was in service at {self.address}; it is stopped")

    @property
    def _coming(self) -> str | None:
        """The Bento of a deployment in progress."""
        state = self.state
        coming = state.other if state.phase in {"starting", "canary"} else state.live
        return coming.bento if coming and state.phase in {"starting", "canary", "observing"} else None

    @property
    def _wanted_back(self) -> Path:
        return self._folder / "rollback.wanted"

    def _try_as_canary(self) -> None:
        state = self.state
        assert state.live is not None
        assert state.other is not None
        live, new = state.live, state.other
        self._write(state.but(phase="canary"))
        self._route(new=new, logged=True)
        self._say(f"{new.bento} gets {self._care.canary_percent} % of the requests for {self._care.observe_s:g} s")
        fault = self._observed(new, lambda: logged_answers(self._proxy.log, (live.upstream,)))
        if fault:
            self._drop_other()
            raise DeploymentFault(new.bento, (f"as a canary, {fault}",))

    def _take_over(self) -> None:
        before = self.state
        self._write(before.taken_over())
        try:
            self._route(logged=True)
        except DeploymentFault:
            self._write(before)
            self._end_other()
            raise
        self._say(f"{self.live()} has taken over")

    def _observe_live(self) -> None:
        """Observe the live service, then stop the previous one; or go back to it."""
        state = self.state
        assert state.live is not None
        before = counted_answers(state.other, self._api_key) if state.other else Answers()
        if before is None:
            self._say("the previous service's counters cannot be read: only many failures count")
        fault = self._observed(state.live, lambda: before)
        if fault:
            self._take_back()
            self._say(f"{state.live.bento} is rolled back: {fault}")
            raise DeploymentFault(state.live.bento, (fault,))
        self._write(self.state.but(phase="draining"))
        self._drain()
        self._store.proved(state.live.bento)
        self._say(f"{state.live.bento} is in service")

    def _observed(self, service: Service, before: Callable[[], Answers | None]) -> str:
        return observe(service, self._folder, self._care.observe_s, self._proxy.log, before, self._wanted_back.exists)

    def _take_back(self) -> None:
        back = self.state.other
        if back is not None:
            self._keep_alive(back)
        self._write(self.state.taken_back(back))
        self._drain()
        if back is not None:
            self._store.proved(back.bento)

    def _put_back(self, former: str) -> None:
        while self.state.line[-1] != former:
            self._write(self.state.but(line=self.state.line[:-1]))
        self._start_other(former)
        self._write(self.state.taken_back(self.state.other))
        self._drain()
        self._store.proved(former)

    def _tidy_up(self) -> None:
        """Recover, and continue even if the live service does not start any more or has failed meanwhile."""
        try:
            self._recover()
        except DeploymentFault as fault:
            self._say(str(fault))

    def _recover(self) -> None:
        state = self.state
        if state.phase == "starting":
            self._say(f"the start of {state.other.bento if state.other else 'a Bento'} was interrupted: it is undone")
            self._end_other()
        elif state.phase in {"canary", "draining"}:
            self._say(f"{state.other.bento if state.other else 'the other Bento'} finishes its requests")
            self._drop_other()
        if state.live is None:
            return
        self._keep_alive(state.live)
        if state.phase == "observing":
            if (state.host, state.port) != (self._host, self._port):
                require_free(self._host, self._port)
            self._say(f"{state.live.bento} has taken over: its observation goes on")
            self._route(logged=True)
            self._observe_live()
        else:
            self._listen()
