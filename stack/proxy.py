"""nginx of the stack: its configuration, reloads that lose no request, and clients of it."""

import re
import ssl
import uuid
from pathlib import Path

import httpx

from rollout.nginx.proxy_configuration import (
    DRAINED_WITHIN_S,
    GENERATION_PATH,
    Page,
    ProxyConfiguration,
    Tls,
    Trial,
)
from rollout.service_process import bearer
from rollout.waiting import wait_until
from stack.compose import Compose
from stack.installation import CERTIFICATE
from stack.release import Release
from svgai.errors import StackFault
from svgai.whole_files import write_whole

TRIAL_HEADER = "X-SVGAI-Trial"
REQUESTS_AT_ONCE = 64
"""Of one client's address; STACK_REQUESTS_AT_ONCE sets another number."""

_INSIDE = "/etc/svgai"
_MEMORY = Path("/tmp")  # noqa: S108  # nosec B108 - of the container
_FILE, _NEXT = Path("nginx/nginx.conf"), Path("nginx/next.conf")
_LOG = Path("answers/answers.log")
_RELOADED_WITHIN_S = 15.0
_LOOK_EVERY_S = 0.1
COUNT_WORKERS = "grep --text --files-with-matches 'nginx: worker proces[s]' /proc/[0-9]*/cmdline 2>/dev/null | wc -l"
"""For a shell: the workers that run, those that finish their requests among them. It does not find itself."""


class StackProxy:
    """The nginx of one stack."""

    def __init__(self, compose: Compose) -> None:
        self._compose, self._environment = compose, compose.environment
        self.log = compose.folder / _LOG

    def client(self, *, trial: bool = False, timeout_s: float = 30.0) -> httpx.Client:
        """
        A client of the API, by TLS with the stack's certificate; no connection is used twice.

        `trial` sends its requests to the set that is tried.
        """
        context = ssl.create_default_context(cafile=self._compose.folder / CERTIFICATE)
        # A certificate that an authority signed is trusted as it is: it lies on this machine.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        host = self._environment.get("STACK_HOST", "localhost")

        def name_host(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = host

        headers = bearer(self._environment.get("CLIENT_API_KEY") or None) | {"Connection": "close"}
        headers |= {TRIAL_HEADER: self._environment["STACK_TRIAL_TOKEN"]} if trial else {}
        return httpx.Client(
            base_url=self._environment.address,
            headers=headers,
            verify=context,
            timeout=timeout_s,
            trust_env=False,
            event_hooks={"request": [name_host]},
        )

    def write(self, release: Release, *, share: int = 0, version: tuple[int, ...] = ()) -> str:
        """Write what nginx does at its next start or reload; gives the generation that it answers with then."""
        generation = uuid.uuid4().hex
        text = self._configuration(release, share, version, generation).render()
        write_whole(self._compose.folder / _FILE, text)
        (self._compose.folder / _FILE).chmod(0o644)
        return generation

    def route(self, release: Release, *, share: int = 0) -> None:
        """
        Send requests by `release` from now on, and `share` percent to the other set.

        Raises:
            StackFault: nginx does not run or refuses; what it did before goes on.
        """
        reload = ("nginx", "-e", "stderr", "-c", f"{_INSIDE}/{_FILE}", "-s", "reload")
        if self._compose.dry:
            self._compose.change_inside("nginx", *reload)
            return
        version = self._version()
        candidate = self._configuration(release, share, version, "candidate").render()
        write_whole(self._compose.folder / _NEXT, candidate)
        (self._compose.folder / _NEXT).chmod(0o644)
        self._compose.inside("nginx", "nginx", "-e", "stderr", "-t", "-c", f"{_INSIDE}/{_NEXT}")
        generation = self.write(release, share=share, version=version)
        self._compose.change_inside("nginx", *reload)
        self._wait_for(generation)

    def wait_until_drained(self) -> None:
        """Wait until replaced workers have finished their requests; at most DRAINED_WITHIN_S."""
        wait_until(self._has_one_worker, DRAINED_WITHIN_S, _LOOK_EVERY_S)

    def _has_one_worker(self) -> bool:
        return int(self._compose.inside("nginx", "sh", "-c", COUNT_WORKERS)) <= 1

    def _wait_for(self, generation: str) -> None:
        with self.client(timeout_s=2) as client:

            def has_it() -> bool:
                try:
                    return client.get(f"/.proxy{GENERATION_PATH}").text == generation
                except httpx.HTTPError:
                    return False  # it may be starting

            if not wait_until(has_it, _RELOADED_WITHIN_S, _LOOK_EVERY_S):
                raise StackFault("nginx did not reload; `svgai stack status` and its log say more")

    def _version(self) -> tuple[int, ...]:
        # It prints it on its standard error.
        told = self._compose.inside("nginx", "sh", "-c", "nginx -v 2>&1")
        found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", told)
        return tuple(map(int, found.groups())) if found else ()

    def _configuration(
        self, release: Release, share: int, version: tuple[int, ...], generation: str
    ) -> ProxyConfiguration:
        environment = self._environment
        tried = release.phase in {"starting", "canary"}
        subnet, profiles = environment["STACK_SUBNET"], environment.profiles
        pages = {
            "mlflow": Page("0.0.0.0:8444", f"{subnet}.31:5000"),
            "grafana": Page("0.0.0.0:8445", f"{subnet}.32:3000"),
        }
        return ProxyConfiguration(
            folder=_MEMORY,
            temp=_MEMORY,
            errors="stderr",
            listen="0.0.0.0:8443",
            live=environment.replicas(release.live),
            new=environment.replicas(release.other) if tried else (),
            share=share,
            version=version,
            max_body_bytes=int(environment.get("MAX_BODY_BYTES", "10000000")),
            log="/var/log/svgai/answers.log" if release.phase == "canary" else None,
            tls=Tls(f"{_INSIDE}/certificate/chain.pem", f"{_INSIDE}/certificate/key.pem"),
            trial=Trial(environment["STACK_TRIAL_TOKEN"]) if tried else None,
            requests_at_once=int(environment.get("STACK_REQUESTS_AT_ONCE", str(REQUESTS_AT_ONCE))),
            pages=[page for name, page in pages.items() if name in profiles],
            generation=generation,
        )
