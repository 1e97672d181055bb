"""Bentos put into service one after the other behind a real nginx, with clients who never stop asking."""

import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from loadtests.servers.traffic import Call, Outcome, under_load
from rollout import service_process
from rollout.deployment import Deployment
from rollout.observation import Care
from rollout.ports import free_port
from rollout.processes import lives, wait_until_gone
from rollout.state import Service, read_state, write_state
from rollout.store import Store
from svgai.errors import DeploymentFault, SvgAiError
from tests.integration.servers.small_bentos import tag
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

GOOD, BETTER, BEST = map(tag, ("good", "better", "best"))
BODY = b'{"image": ""}'


@pytest.fixture(autouse=True)
def _nginx() -> None:
    program("nginx")


@dataclass
class Place:
    """A folder to deploy from, at one address."""

    folder: Path
    home: Path
    port: int = field(default_factory=free_port)
    said: list[str] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)

    def deployment(
        self, *, canary: int = 0, observe_s: float = 1, say: Callable[[str], None] | None = None
    ) -> Deployment:
        def exists(bento: str) -> bool:
            return (self.home / "bentos" / bento.replace(":", "/")).is_dir()

        store = Store(self.home, exists, lambda bento: f"MODE {bento.partition(':')[2]}", self.proved.append)
        told = say or self.said.append
        return Deployment(self.folder, "127.0.0.1", self.port, store, told, care=Care(canary, observe_s))

    def ask(self) -> httpx.Response:
        return httpx.post(f"http://127.0.0.1:{self.port}/api/classify", content=BODY, headers=JSON, timeout=120)

    def serves(self) -> str:
        """The Bento that answers."""
        return tag(str(self.ask().raise_for_status().json()["model_version"]).removeprefix("MODE "))

    def nginx(self) -> list[psutil.Process]:
        """The proxy's processes, the master first."""
        try:
            master = psutil.Process(int((self.folder / "proxy" / "nginx.pid").read_text()))
        except (OSError, psutil.NoSuchProcess):
            return []
        return [master, *master.children()]

    def processes(self) -> list[psutil.Process]:
        """All services of the folder that run."""
        found = []
        for process in psutil.process_iter():
            try:
                if f"{self.folder.resolve()}/bentoml-" in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    @contextmanager
    def load(self, rate: float = 60) -> Iterator[list[Outcome]]:
        """Requests all the time inside the block; their outcomes are in the list after it."""
        outcomes: list[Outcome] = []
        calls = [Call(f"http://127.0.0.1:{self.port}/api/{api}", BODY) for api in ("classify", "optimize", "convert")]
        with under_load(calls, rate) as load:
            yield outcomes
        outcomes.extend(load.result())


JSON = {"Content-Type": "application/json"}


@pytest.fixture
def place(tmp_path: Path, bento_home: Path) -> Iterator[Place]:
    """A place where nothing was deployed; what was is stopped at the end."""
    place = Place(tmp_path / "deployment", bento_home)
    yield place
    for process in (*place.processes(), *place.nginx()):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def failed(outcomes: list[Outcome]) -> list[Outcome]:
    assert len(outcomes) > 20
    return [outcome for outcome in outcomes if not outcome.ok]


def test_takeovers_and_rollbacks_lose_no_request(place: Place) -> None:
    """Three Bentos one after the other and back again; a second rollback goes further back, a third has no way."""
    deployment = place.deployment()
    deployment.deploy(GOOD)
    told: list[str] = []
    with place.load() as outcomes:
        deployment.deploy(BETTER)
        deployment.deploy(BEST)
        assert (place.serves(), deployment.former()) == (BEST, BETTER)
        assert deployment.roll_back(told.append) == BETTER
        assert place.serves() == BETTER
        assert deployment.roll_back(told.append) == GOOD
    assert failed(outcomes) == []
    assert told == [BETTER, GOOD]
    assert place.proved == [GOOD, BETTER, BEST, BETTER, GOOD]
    assert place.serves() == GOOD
    assert deployment.registry_behind()
    deployment.registry_caught_up()
    assert not deployment.registry_behind()
    with pytest.raises(DeploymentFault, match="no other Bento"):
        deployment.roll_back(told.append)
    assert len([p for p in place.processes() if p.ppid() == 1]) == 1


@pytest.mark.parametrize("mode,reason", [("odd", "the type 'odd' is none of"), ("gone", "not in the BentoML store")])
def test_a_bento_that_fails_before_it_has_clients_changes_nothing(place: Place, mode: str, reason: str) -> None:
    """What served serves, and the registry is not behind."""
    deployment = place.deployment()
    deployment.deploy(GOOD)
    with place.load() as outcomes, pytest.raises(DeploymentFault, match=reason):
        deployment.deploy(tag(mode))
    assert all(outcome.ok for outcome in outcomes)
    assert (place.serves(), deployment.live(), deployment.former()) == (GOOD, GOOD, None)
    assert not deployment.registry_behind()
    assert place.proved == [GOOD]


def test_a_bento_that_does_not_become_ready_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that it has for that."""
    monkeypatch.setattr(service_process, "READY_WITHIN_S", 6)
    with pytest.raises(DeploymentFault, match="it was not ready within 6 s"):
        place.deployment().deploy(tag("unready"))
    assert place.deployment().live() is None
    assert place.processes() == []


@pytest.mark.alone
def test_a_bento_that_fails_its_clients_is_taken_back(place: Place) -> None:
    """By itself, with the reason, and after only a few requests."""
    place.deployment(observe_s=0).deploy(GOOD)
    deployment = place.deployment(observe_s=20)
    with place.load(20) as outcomes, pytest.raises(DeploymentFault, match=r"it failed at \d+ of \d+ requests"):
        deployment.deploy(tag("failing"))
    lost = failed(outcomes)
    assert 3 <= len(lost) <= 60
    assert {outcome.status for outcome in lost} == {500}
    assert place.serves() == GOOD
    assert deployment.registry_behind()
    assert outcomes[-1].ok


def test_a_first_bento_that_fails_its_clients_leaves_nothing(place: Place) -> None:
    """The proxy says so in the service's form."""
    deployment = place.deployment(observe_s=20)
    with place.load(20), pytest.raises(DeploymentFault, match="it failed at"):
        deployment.deploy(tag("failing"))
    answer = place.ask()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_ready")
    assert set(answer.json()["error"]) == {"code", "message", "request_id"}
    assert not deployment.registry_behind()


@pytest.mark.alone
def test_a_canary_gets_its_share(place: Place) -> None:
    """And takes over when nothing is wrong with it."""
    place.deployment(observe_s=0).deploy(GOOD)
    shares: list[float] = []

    def watch() -> None:
        while not any("gets 20 %" in line for line in place.said):
            time.sleep(0.05)
        until = time.monotonic() + 3
        answers = []
        while time.monotonic() < until:
            answers.append(place.serves())
        shares.append(answers.count(BETTER) / len(answers))

    watching = threading.Thread(target=watch)
    watching.start()
    place.deployment(canary=20, observe_s=5).deploy(BETTER)
    watching.join()
    assert 0.03 < shares[0] < 0.5
    assert place.serves() == BETTER


def test_a_canary_that_fails_never_takes_over(place: Place) -> None:
    """Most clients notice nothing."""
    place.deployment(observe_s=0).deploy(GOOD)
    with place.load() as outcomes, pytest.raises(DeploymentFault, match="as a canary, it failed at"):
        place.deployment(canary=20, observe_s=20).deploy(tag("failing"))
    assert len(failed(outcomes)) < len(outcomes) / 4
    assert place.serves() == GOOD
    assert not place.deployment().registry_behind()


def test_what_has_died_is_started_again(place: Place) -> None:
    """The service and the proxy."""
    deployment = place.deployment()
    deployment.deploy(GOOD)
    state = read_state(place.folder)
    assert state is not None
    assert state.live is not None
    _kill(place.processes())
    assert place.ask().json()["error"]["code"] == "not_ready"
    deployment.recover()
    assert place.serves() == GOOD
    _kill(place.nginx())
    deployment.recover()
    assert place.serves() == GOOD


def _deploy_until(place: Place, bento: str, words: str) -> None:
    def say(message: str) -> None:
        if words in message:
            os._exit(9)

    place.deployment(canary=20, observe_s=1, say=say).deploy(bento)


@pytest.mark.long
@pytest.mark.parametrize(
    "words,afterwards",
    [
        ("is ready after", GOOD),
        ("passed the smoke test", GOOD),
        ("of the requests for", GOOD),
        ("has taken over", BETTER),
        ("is in service", BETTER),
    ],
)
def test_a_deployment_that_was_killed_is_finished_or_undone(place: Place, words: str, afterwards: str) -> None:
    """In every phase, without a failed request, and nothing is left running beside."""
    deployment = place.deployment()
    deployment.deploy(GOOD)
    with place.load() as outcomes:
        killed = multiprocessing.get_context("fork").Process(target=_deploy_until, args=(place, BETTER, words))
        killed.start()
        killed.join()
        assert killed.exitcode == 9
        deployment.recover()
        assert place.serves() == afterwards
    assert failed(outcomes) == []
    state = read_state(place.folder)
    assert state is not None
    assert (state.phase, state.other) == ("steady", None)
    assert len([p for p in place.processes() if p.ppid() == 1]) == 1


@pytest.mark.long
def test_a_service_that_was_started_just_before_the_kill_is_found(place: Place, bento_home: Path) -> None:
    """The state names it although nobody saw it start."""
    deployment = place.deployment()
    deployment.deploy(GOOD)
    service = Service(bento=BETTER, port=free_port())
    write_state(place.folder, deployment.state.but(other=service, phase="starting"))
    service_process.start(service, place.folder, bento_home)
    deployment.recover()
    assert service_process.find(service, place.folder) is None


def test_a_rollback_does_not_wait_for_an_observation(place: Place) -> None:
    """The deployment that is under way gives way, and says why."""
    place.deployment(observe_s=0).deploy(GOOD)
    faults: list[DeploymentFault] = []

    def deploy() -> None:
        try:
            place.deployment(observe_s=3600).deploy(BETTER)
        except DeploymentFault as fault:
            faults.append(fault)

    deploying = threading.Thread(target=deploy)
    deploying.start()
    _until(lambda: f"{BETTER} has taken over" in place.said)
    assert place.deployment().roll_back(lambda _: None) == GOOD
    deploying.join()
    assert place.serves() == GOOD
    assert "rolled back by a command" in str(faults[0])


@pytest.mark.long
def test_two_rollbacks_at_once_are_one(place: Place) -> None:
    """Both asked for the same Bento."""
    place.deployment(observe_s=0).deploy(GOOD)
    place.deployment(observe_s=0).deploy(BETTER)
    told: list[str] = []
    _at_once(*(partial(place.deployment().roll_back, told.append) for _ in range(2)))
    assert told == [GOOD, GOOD]
    assert place.serves() == GOOD


@pytest.mark.long
def test_of_two_deployments_at_once_one_waits(place: Place) -> None:
    """And both are made."""
    place.deployment(observe_s=0).deploy(GOOD)
    with place.load() as outcomes:
        _at_once(*(partial(place.deployment().deploy, bento) for bento in (BETTER, BEST)))
    assert failed(outcomes) == []
    assert any("waiting for it" in line for line in place.said)
    assert {place.serves(), place.deployment().former()} == {BETTER, BEST}


@pytest.mark.long
def test_the_counters_of_one_service_survive_the_start_of_another(place: Place) -> None:
    """BentoML empties the folder of metrics in its home when it starts."""
    deployment = place.deployment()
    deployment.deploy(GOOD)
    for _ in range(5):
        place.ask()
    state = read_state(place.folder)
    assert state is not None
    assert state.live is not None
    before = httpx.get(f"{service_process.url(state.live)}/metrics").text
    other = Service(bento=BETTER, port=free_port())
    service_process.start(other, place.folder, place.home)
    service_process.wait_until_ready(other, place.folder)
    after = httpx.get(f"{service_process.url(state.live)}/metrics").text
    service_process.stop(other, place.folder)
    assert "classify" in before
    assert 'endpoint="/api/classify"' in after


def test_stopping_ends_everything(place: Place) -> None:
    """What is in flight is answered first; a later deployment starts anew."""
    place.deployment(observe_s=0).deploy(GOOD)
    place.deployment().stop()
    assert (place.processes(), place.nginx()) == ([], [])
    assert place.deployment().live() is None
    assert f"{GOOD} was in service at http://127.0.0.1:{place.port}; it is stopped" in place.said


@pytest.mark.long
def test_after_a_stop_there_is_nothing_to_roll_back(place: Place) -> None:
    """It is refused, with what to do instead: nobody asked for the older Bento."""
    for bento in (GOOD, BETTER):
        place.deployment(observe_s=0).deploy(bento)
    place.deployment().stop()
    with pytest.raises(DeploymentFault, match="nothing is in service that could be rolled back; `svgai deploy`"):
        place.deployment().roll_back(lambda _: None)
    assert place.processes() == []


def test_a_taken_port_is_told_before_anything_starts(place: Place) -> None:
    """With nothing left behind."""
    with socket.create_server(("127.0.0.1", place.port)), pytest.raises(Exception, match="Address already in use"):
        place.deployment().deploy(GOOD)
    assert place.processes() == []


@pytest.mark.long
def test_the_bento_that_serves_moves_to_another_port(place: Place) -> None:
    """By a deployment or by a look of the watcher, without a second process; the port before is free then."""
    place.deployment(observe_s=0).deploy(GOOD)
    before, place.port = place.port, free_port()
    place.deployment().deploy(GOOD)
    assert place.serves() == GOOD
    assert place.deployment().state.port == place.port
    _until(lambda: not _answers(before))
    place.port = free_port()
    place.deployment().recover()
    assert place.serves() == GOOD
    assert len([p for p in place.processes() if p.ppid() == 1]) == 1


def test_a_port_that_is_taken_keeps_the_bento_where_it_is(place: Place) -> None:
    """Whoever asks for it is told, and the address that is noted is the one that answers."""
    place.deployment(observe_s=0).deploy(GOOD)
    before, place.port = place.port, free_port()
    with socket.create_server(("127.0.0.1", place.port)):
        for bento in (GOOD, BETTER):
            with pytest.raises(SvgAiError, match="Address already in use"):
                place.deployment(observe_s=0).deploy(bento)
    assert place.deployment().state.port == before
    place.port = before
    assert place.serves() == GOOD


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _at_once(*calls: Callable[[], object]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _kill(processes: Iterable[psutil.Process]) -> None:
    """End them at once, and wait until they are gone: a signal alone is not yet an end."""
    found = list(processes)
    for process in found:
        process.kill()
    assert wait_until_gone(found, 60) == []


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.long
def test_an_observation_does_not_go_on_at_a_port_that_is_taken(place: Place) -> None:
    """Whoever is there keeps it, and the Bento stays where clients reach it."""
    place.deployment(observe_s=0).deploy(GOOD)
    state = read_state(place.folder)
    assert state is not None
    write_state(place.folder, state.but(phase="observing"))
    before = place.port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place.port = taken.getsockname()[1]
        with pytest.raises(SvgAiError, match="in use"):
            place.deployment(observe_s=0).recover()
    place.port = before
    assert place.serves() == GOOD


@pytest.mark.long
def test_a_rollback_ends_a_canary_and_goes_no_further(place: Place) -> None:
    """What served beside the canary serves on, though a Bento before it is still there."""
    for bento in (GOOD, BETTER):
        place.deployment(observe_s=0).deploy(bento)
    faults: list[DeploymentFault] = []

    def deploy() -> None:
        try:
            place.deployment(canary=20, observe_s=60).deploy(BEST)
        except DeploymentFault as fault:
            faults.append(fault)

    deploying = threading.Thread(target=deploy)
    deploying.start()
    _until(lambda: any("of the requests for" in line for line in place.said))
    assert place.deployment().roll_back(lambda _: None) == BETTER
    deploying.join()
    assert place.serves() == BETTER
    assert "rolled back by a command" in str(faults[0])


@pytest.mark.long
def test_workers_of_a_killed_nginx_make_way(place: Place) -> None:
    """They hold the port after their master was killed; a deployment that follows is served by new ones."""
    place.deployment(observe_s=0).deploy(GOOD)
    master, *workers = place.nginx()
    _kill([master])
    place.deployment().recover()
    assert place.serves() == GOOD
    assert not any(lives(worker) for worker in workers)
    place.deployment(observe_s=0).deploy(BETTER)
    assert place.serves() == BETTER


@pytest.mark.long
def test_workers_of_a_killed_service_make_way(place: Place) -> None:
    """They go on answering after what watches them was killed, until another service has taken over: none is lost."""
    place.deployment(observe_s=0).deploy(GOOD)
    first, worker = sorted(place.processes(), key=lambda process: process.create_time())
    with place.load() as outcomes:
        _kill([first])
        place.deployment().recover()
    assert failed(outcomes) == []
    assert place.serves() == GOOD
    assert not lives(worker)
    watching, watched = sorted(filter(lives, place.processes()), key=lambda process: process.create_time())
    assert watched.ppid() == watching.pid


@pytest.mark.long
def test_a_killed_worker_costs_no_request(place: Place) -> None:
    """What it had in hand is asked once more, and waits with all else for the worker that takes its place."""
    place.deployment(observe_s=0).deploy(GOOD)
    _, worker = sorted(place.processes(), key=lambda process: process.create_time())
    with place.load(rate=20) as outcomes:
        time.sleep(1)
        worker.kill()
        _until(lambda: len(place.processes()) > 1 and worker not in place.processes())
    assert failed(outcomes) == []


def test_the_proxys_own_answers_name_the_id_that_the_client_sent(place: Place) -> None:
    """An id that the service would not take over is replaced, so that the answer stays JSON."""
    place.deployment(observe_s=0).deploy(GOOD)
    _kill(place.processes())
    for sent, kept in (("mine-1", True), ('"}', False)):
        answer = httpx.post(f"{place.deployment().address}/api/convert", content=BODY, headers={"X-Request-ID": sent})
        told = answer.json()["error"]["request_id"]
        assert (answer.status_code, told) == (503, answer.headers["X-Request-ID"])
        assert (told == sent) is kept
