"""
BentoML's insides, and uvicorn's, as this service takes them: one test for each name, which says what a release changed.

After each of these a person reads what the release notes say, and `svgai/serve/bento/` again.
"""

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROOT = Path(__file__).parents[5]


@pytest.fixture
def factory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """BentoML's application factory for a service with one batched and one plain call."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    import bentoml
    from _bentoml_impl.server.app import ServiceAppFactory

    @bentoml.service(traffic={"timeout": 7})
    class Small:
        @bentoml.api(batchable=True, max_batch_size=3, max_latency_ms=500)  # type: ignore[untyped-decorator]
        def double(self, numbers: list[int]) -> list[int]:
            return [2 * number for number in numbers]

        @bentoml.api  # type: ignore[untyped-decorator]
        async def halve(self, number: int) -> float:
            return number / 2

    service = cast("Any", Small)
    service.inject_config()
    made = ServiceAppFactory(service, is_main=True)
    made.enable_metrics = False
    made._service_instance = service()  # noqa: SLF001 - one of the contacts
    return made


def _told(holds: object, words: str) -> None:
    assert holds, f"BentoML changed: {words}"


@pytest.mark.slow
def test_every_contact_is_there() -> None:
    """All names exist in the version that is installed, which is the one that is pinned."""
    from svgai.serve.bento.contacts import SUPERVISOR_CONTACTS, TESTED_VERSION, other_version, require_contacts

    require_contacts()
    require_contacts(SUPERVISOR_CONTACTS)
    assert other_version() is None
    assert f'"bentoml=={TESTED_VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_no_other_module_touches_the_insides() -> None:
    """Private packages of BentoML are imported in the one folder alone."""
    private = ("_bentoml_impl", "_bentoml_sdk", "bentoml._internal")
    files = [ROOT / "service.py", *(ROOT / "svgai").rglob("*.py"), *(ROOT / "registry").rglob("*.py")]
    touching = {
        str(file.relative_to(ROOT).parent)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith(("import ", "from ")) and any(name in line for name in private)
    }
    assert touching == {"svgai/serve/bento"}


@pytest.mark.slow
def test_a_name_that_is_missing_ends_the_start_with_a_line() -> None:
    """Whoever installs another release reads what it lacks and which one to take, and no traceback."""
    code = """
from bentoml._internal.utils.analytics import usage_stats
del usage_stats.do_not_track
import svgai.serve.bento.application
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "it has no bentoml._internal.utils.analytics.usage_stats:do_not_track.cache_clear" in done.stderr
    assert "Install bentoml==" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_attribute_that_is_missing_ends_the_start_with_a_line() -> None:
    """The same for what only an application has that was made."""
    from svgai.serve.bento.contacts import require_attributes

    with pytest.raises(SystemExit, match=r"no ServiceAppFactory\(\).dispatchers, no"):
        require_attributes(type("Changed", (), {"timeout": None})())


def test_a_service_is_asked_for_its_application() -> None:
    """Service.to_asgi(is_main) is what a worker calls, and Service.inject_config comes first."""
    from _bentoml_impl.worker import service as worker
    from _bentoml_sdk import Service

    _told(".to_asgi(is_main=" in inspect.getsource(worker), "a worker makes its application another way")
    _told(list(inspect.signature(Service.to_asgi).parameters) == ["self", "is_main"], "to_asgi takes other arguments")
    _told("self.inject_config()" in inspect.getsource(Service.to_asgi), "to_asgi no longer puts settings in force")


def test_settings_are_in_force_before_the_folder_of_the_metrics_is_chosen(tmp_path: Path) -> None:
    """`bentoml serve` calls Service.inject_config, then takes prometheus_multiproc_dir as it is named by then."""
    from bentoml import serving
    from bentoml._internal.configuration.containers import BentoMLContainer
    from bentoml_cli import serve

    called = inspect.getsource(serve)
    _told(called.index("svc.inject_config()") < called.rindex("serve_http("), "settings come after serving has begun")
    BentoMLContainer.prometheus_multiproc_dir.set(named := str(tmp_path / "named"))
    try:
        _told(serving.ensure_prometheus_dir() == named, "prometheus_multiproc_dir does not name the folder")
    finally:
        BentoMLContainer.prometheus_multiproc_dir.reset()


def test_an_api_method_is_called_without_a_request(factory: Any) -> None:
    """`local` of a bound API method is the function itself."""
    answer = asyncio.run(factory._service_instance.halve.local(5))  # noqa: SLF001 - one of the contacts
    _told(answer == 2.5, "`local` of an API method is not its function")


def test_no_time_limit_means_no_timer(factory: Any) -> None:
    """ServiceAppFactory.timeout: None leaves the timer out of the middlewares."""
    from bentoml._internal.server.http.traffic import TimeoutMiddleware

    def timers() -> int:
        return sum(entry.cls is TimeoutMiddleware for entry in factory.middlewares)

    _told((factory.timeout, timers()) == (7, 1), "`timeout` of its application is not the service's limit")
    factory.timeout = None
    _told(timers() == 0, "its application keeps a timer without a `timeout`")


def test_batches_are_made_by_what_stands_in_dispatchers(factory: Any) -> None:
    """batch_infer(name, (items,), {}) hands a request's list to dispatchers[name], with what answers several lists."""
    seen: list[list[int]] = []

    def dispatcher(work: Callable[[Sequence[list[int]]], Awaitable[Any]]) -> Callable[[list[int]], Awaitable[Any]]:
        async def answer(items: list[int]) -> Any:
            outcomes = await work([items, [10]])
            seen.extend(outcomes)
            return outcomes[0]

        return answer

    _told(set(factory.dispatchers) == {"double"}, "`dispatchers` are not those of the batched calls")
    factory.dispatchers["double"] = dispatcher
    answer = asyncio.run(factory.batch_infer("double", ([1, 2],), {}))
    _told(answer == [2, 4], "`batch_infer` does not give what its dispatcher gives")
    _told(
        seen == [[2, 4], [20]],
        "what a dispatcher is given does not answer several lists",
    )


def test_calls_and_pages_go_through_overridable_methods(factory: Any) -> None:
    """api_endpoint(name, request) and openapi_spec_view are what routes lead to; there are no tasks."""
    from _bentoml_impl.server.app import ServiceAppFactory

    wrapped = inspect.getsource(ServiceAppFactory.api_endpoint_wrapper)
    _told("self.api_endpoint(name, request)" in wrapped, "its routes do not lead to `api_endpoint`")
    paths = [getattr(route, "path", "") for route in factory.routes]
    _told({"/double", "/halve", "/livez", "/readyz", "/metrics"} <= set(paths), "`routes` lacks calls or health")


def test_the_application_is_starlettes(factory: Any) -> None:
    """ServiceAppFactory() gives a Starlette application, whose routes and middlewares can be added to."""
    from starlette.applications import Starlette

    _told(isinstance(factory(), Starlette), "its application is no Starlette any more")


@pytest.mark.slow
def test_tracing_is_left_out_by_a_setting() -> None:
    """tracing.excluded_urls is public; that it reaches the middleware is what saves a sixth of a request."""
    code = """
import service
from _bentoml_impl.server.app import ServiceAppFactory
service.SvgAi.inject_config()
entries = ServiceAppFactory(service.SvgAi, is_main=True).middlewares
(tracer,) = (entry for entry in entries if entry.cls.__name__ == "OpenTelemetryMiddleware")
print(tracer.kwargs["excluded_urls"].url_disabled("http://any/where"))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    _told(done.stdout.strip() == "True", f"requests are traced although all are left out: {done.stderr[-300:]}")


def test_usage_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """do_not_track() keeps what it read until cache_clear(), and reads BENTOML_DO_NOT_TRACK."""
    from bentoml._internal.utils.analytics.usage_stats import do_not_track

    monkeypatch.setenv("BENTOML_DO_NOT_TRACK", "true")
    do_not_track.cache_clear()
    _told(do_not_track() is True, "BENTOML_DO_NOT_TRACK does not stop reports of usage")


def test_a_container_is_told_by_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """running_inside_container() reads BENTOML_CONTAINERIZED, and decides whether dead workers are replaced."""
    from bentoml import serving

    def inside(containerized: str) -> bool:
        serving.running_inside_container.cache_clear()
        monkeypatch.delenv("BENTOML_CONTAINERIZED", raising=False)
        if containerized:
            monkeypatch.setenv("BENTOML_CONTAINERIZED", containerized)
        found = bool(serving.running_inside_container())
        serving.running_inside_container.cache_clear()
        return found

    _told(not inside(""), "it takes something else for a container")
    _told(inside("true"), "BENTOML_CONTAINERIZED does not make a container")
    respawns = "respawn=not running_inside_container()" in inspect.getsource(serving.create_watcher)
    _told(respawns, "dead workers are replaced, or not, for another reason")


def test_a_worker_is_a_module_that_is_run() -> None:
    """A worker's main module is _bentoml_impl.worker.service, by which it is told that it has a supervisor."""
    from _bentoml_impl.server import serving

    from svgai.serve.bento.contacts import CONTACTS

    script = serving._SERVICE_WORKER_SCRIPT  # noqa: SLF001 - one of the contacts
    _told(f"{script}:main" in CONTACTS, "a worker is another module")
    _told(callable(getattr(sys.modules[serving.__name__], "serve_http", None)), "there is no serve_http")


def test_the_protocol_of_connections_is_looked_up_by_name() -> None:
    """Uvicorn takes what HTTP_PROTOCOLS["auto"] names, a class or what makes one; a worker asks for no other."""
    import uvicorn
    from _bentoml_impl.worker import service as worker
    from uvicorn.config import HTTP_PROTOCOLS

    named = HTTP_PROTOCOLS["auto"]
    made = object()
    HTTP_PROTOCOLS["auto"] = made  # type: ignore[assignment]
    try:
        config = uvicorn.Config(app=made, interface="asgi3", log_config=None)  # type: ignore[arg-type]
        config.load()
    finally:
        HTTP_PROTOCOLS["auto"] = named
    _told(config.http_protocol_class is made, "uvicorn takes its protocol from elsewhere")
    source = inspect.getsource(worker)
    _told("uvicorn.Config(" in source and "http=" not in source, "a worker chooses a protocol itself")
    _told(
        source.index(".to_asgi(") < source.index("uvicorn.Config("), "a worker makes its server before its application"
    )


def test_a_connection_of_uvicorns_calls_what_ours_overrides() -> None:
    """Each method that is overridden, or called, is there, and is called by the parser or the answer."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

    from svgai.serve.bento.connections import BoundedConnection

    overridden = {name for name in vars(BoundedConnection) if hasattr(HttpToolsProtocol, name)}
    assert {"on_message_begin", "on_header", "on_headers_complete", "on_message_complete", "eof_received"} <= overridden
    answering = inspect.getsource(HttpToolsProtocol.on_headers_complete)
    _told("on_response=self.on_response_complete" in answering, "the end of an answer is told elsewhere")
    _told("self._start_asgi_task(self.cycle, app)" in answering, "answers begin elsewhere")
    _told("self.pipeline.appendleft((self.cycle, app))" in answering, "requests wait elsewhere for their turn")
    made = inspect.getsource(HttpToolsProtocol.__init__)
    for name in (
        "cycle",
        "pipeline",
        "parser",
        "server_state",
        "access_logger",
        "access_log",
        "flow",
        "app",
        "headers",
    ):
        _told(f"self.{name}" in made, f"a connection has no `{name}`")
    for name in ("_should_upgrade", "_unset_keepalive_if_required"):
        _told(callable(getattr(HttpToolsProtocol, name, None)), f"a connection has no `{name}`")
    sending = inspect.getsource(RequestResponseCycle.send)
    _told("self.transport.close()" in sending, "an answer does not close its connection through `transport`")
    _told(
        sending.index("self.transport.close()") < sending.index("self.on_response()"),
        "an answer closes its connection after it has told of its end",
    )
    receiving = inspect.getsource(RequestResponseCycle.receive)
    _told("self.message_event.wait()" in receiving and "self.more_body" in receiving, "bodies are received another way")
    parameters = {
        *("scope", "transport", "flow", "logger", "access_logger", "access_log", "default_headers", "message_event"),
        *("expect_100_continue", "keep_alive", "on_response", "self"),
    }
    _told(set(inspect.signature(RequestResponseCycle.__init__).parameters) == parameters, "an answer is made of others")
