"""
The steps of a rollout, each complete in itself: starting and testing a Bento, routing, draining, stopping.

Each step is recorded before it is taken. Their order is decided in deployment.py.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rollout import service_process
from rollout.exclusion import Exclusion
from rollout.nginx.proxy import Proxy, Routes
from rollout.observation import Care
from rollout.ports import free_port, http_address, require_free
from rollout.smoke_test import smoke_test
from rollout.state import Service, State, read_state, write_state
from rollout.store import Store
from svgai.errors import DeploymentFault


class Steps:
    """The services and the proxy of one folder, and operations on them."""

    def __init__(
        self,
        folder: Path,
        host: str,
        port: int,
        store: Store,
        say: Callable[[str], None],
        *,
        care: Care,
        api_key: str | None = None,
        max_body_bytes: int = 10_000_000,
    ) -> None:
        self._folder, self._host, self._port = folder, host, port
        self._store, self._say, self._care, self._api_key = store, say, care, api_key
        self._proxy = Proxy(folder / "proxy", max_body_bytes)
        self._exclusion = Exclusion(folder, say)

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return http_address(self._host, self._port)

    @property
    def state(self) -> State:
        """The state on disk, or the empty state of a new deployment."""
        return read_state(self._folder) or State(host=self._host, port=self._port)

    def live(self) -> str | None:
        """The tag of the Bento that is in service."""
        return self.state.live.bento if self.state.live else None

    def alone(self) -> AbstractContextManager[None]:
        """Keep other commands from this deployment inside the block; waits for one in progress."""
        return self._exclusion.alone()

    def _write(self, state: State) -> None:
        write_state(self._folder, state)

    def _route(self, *, new: Service | None = None, logged: bool = False) -> frozenset[int]:
        self._write(self.state.model_copy(update={"host": self._host, "port": self._port}))
        routes = Routes(self.state.live, new, self._care.canary_percent, logged)
        return self._proxy.route(routes, self._host, self._port)

    def _start_other(self, bento: str) -> None:
        """Start a Bento beside the live one and test it; undone if it fails."""
        service = Service(bento=bento, port=free_port())
        self._write(self.state.but(other=service, phase="starting"))
        try:
            service_process.start(service, self._folder, self._store.home)
            seconds = service_process.wait_until_ready(service, self._folder)
            self._say(f"{bento} is ready after {seconds:.1f} s")
            smoke_test(service_process.url(service), bento, self._api_key, self._store.model_version(bento))
            self._say(f"{bento} passed the smoke test")
        except DeploymentFault:
            self._end_other()
            raise

    def _drop_other(self) -> None:
        self._write(self.state.but(phase="draining"))
        self._drain()

    def _drain(self) -> None:
        """Send all requests to the live service, and stop the other one once it has finished its requests."""
        self._proxy.wait_until_drained(self._route())
        self._end_other()

    def _end_other(self) -> None:
        if self.state.other is not None:
            service_process.stop(self.state.other, self._folder)
        self._write(self.state.but(other=None, phase="steady"))

    def _require_address(self) -> None:
        """SvgAiError if clients would not reach it at this address because it is in use."""
        if not self._proxy.listens(self._host, self._port):
            require_free(self._host, self._port)

    def _listen(self) -> None:
        """Make the live service reachable at this address, also if it was at another one before."""
        if not self._proxy.runs():
            self._say("the proxy does not run: starting it")
            self._route()
        elif not self._proxy.listens(self._host, self._port):
            require_free(self._host, self._port)
            self._route()
            self._say(f"the proxy has moved to {self.address}")

    def _keep_alive(self, service: Service) -> None:
        """Start a service that does not run; one whose workers still answer is replaced without downtime."""
        service_process.trim_log(service, self._folder)
        if service_process.find(service, self._folder) is not None:
            return
        state = self.state
        if state.phase == "steady" and service == state.live and service_process.is_ready(service):
            self._say(f"what watches the workers of {service.bento} was killed: another service takes over")
            self._start_other(service.bento)
            self._write(state.but(live=self.state.other, other=state.live, phase="draining"))
            self._drain()
            return
        self._say(f"the service of {service.bento} does not run: starting it")
        service_process.stop(service, self._folder)
        service_process.start(service, self._folder, self._store.home)
        service_process.wait_until_ready(service, self._folder)
