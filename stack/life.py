"""A stack started, looked at and ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stack.compose import Compose
from stack.health import is_healthy, wait_until_healthy
from stack.installation import refresh
from stack.proxy import StackProxy
from stack.release import Release, read_release, services_of, write_release
from svgai.errors import StackFault
from svgai.whole_files import write_whole

_FIRST = ("postgres", "redis")
_OF_PROFILES = {
    "mlflow": ("mlflow",),
    "watcher": ("watcher",),
    "monitoring": ("prometheus", "alertmanager"),
    "grafana": ("grafana",),
    "gpu": (),
}
_CHECKS = {
    "prometheus": ("promtool", "check", "config", "/etc/prometheus/prometheus.yml"),
    "alertmanager": ("amtool", "check-config", "/etc/alertmanager/alertmanager.yml"),
}
"""Commands that check the files that a service reads at its start, and again at SIGHUP."""


@dataclass(frozen=True)
class Standing:
    """A service of the stack, and whether its check succeeds."""

    service: str
    healthy: bool


def services_wanted(compose: Compose, release: Release) -> list[str]:
    """All services that should run, in the order in which they start."""
    beside = [service for profile in compose.environment.profiles for service in _OF_PROFILES[profile]]
    return [*_FIRST, *services_of(release.live), "nginx", "backup", *beside]


def start(compose: Compose, proxy: StackProxy, say: Callable[[str], None]) -> None:
    """
    Start what should run and does not, and wait until it is healthy; what runs goes on, with the files as they are now.

    Raises:
        StackFault: compose refused, or something does not get healthy, or the rules or routes of alerts are wrong.
    """
    image = compose.environment["SVGAI_IMAGE"]
    release = read_release(compose.folder) or Release(images={"blue": image, "green": image})
    if not compose.dry:
        refresh(compose.folder, compose.environment)
        write_release(compose.folder, release)
        if not compose.containers("nginx", running=True):
            proxy.write(release)
    seconds = 0.0
    # One after the other: not every compose waits for what a service depends on.
    for services in (_FIRST, services_of(release.live), services_wanted(compose, release)):
        compose.change("up", "--detach", "--no-deps", *services)
        if not compose.dry:
            seconds += wait_until_healthy(compose, services)
    proxy.route(release)
    _read_again(compose, [service for service in services_wanted(compose, release) if service in _CHECKS])
    if not compose.dry:
        say(f"{release.image} serves at {compose.environment.address}; all is healthy after {seconds:.1f} s")


def standing(compose: Compose, release: Release) -> list[Standing]:
    """How each service is that should run."""
    return [Standing(service, is_healthy(compose, service)) for service in services_wanted(compose, release)]


def end(compose: Compose, *, volumes: bool) -> None:
    """End all containers, with requests in flight answered first; the volumes only where that is asked for."""
    if read_release(compose.folder) is None:
        raise StackFault("the stack was never started; there is nothing to end")
    compose.change("down", *(["--volumes"] if volumes else []))


def _read_again(compose: Compose, services: Sequence[str]) -> None:
    """Have rules and routes of alerts read again; where one is wrong, what was read before goes on."""
    if not services:
        return
    if not compose.dry:
        for service in services:
            compose.inside(service, *_CHECKS[service])
    compose.change("kill", "--signal", "SIGHUP", *services)


def switch_models(compose: Compose, *, on: bool) -> None:
    """Take the models out of use in every replica, or back into it; which counts within two seconds."""
    file, word = compose.folder / "switch" / "ai", "on" if on else "off"
    compose.show(f"echo {word} >{file}")
    if not compose.dry:
        write_whole(file, f"{word}\n")
        file.chmod(0o644)
