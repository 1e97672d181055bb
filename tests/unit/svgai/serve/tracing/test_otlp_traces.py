"""Spans as a collector gets them."""

import asyncio
import multiprocessing
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from starlette.datastructures import Headers

from rollout.ports import free_port
from svgai.serve.tracing.otlp_traces import OtlpTraces
from svgai.stages import stage
from tests.fakes.otlp_collector import Collector, Span, attributes, below, collector

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"  # pragma: allowlist secret


@pytest.fixture
def kept() -> Iterator[Collector]:
    with collector() as running:
        yield running


def _ask(traces: OtlpTraces, *, path: str = "/api/convert", method: str = "POST", **headers: str) -> dict[str, str]:
    """The headers of one answer of an application that does some stages and answers 200, or for /api/x 503."""

    async def app(_: Any, __: Any, send: Any) -> None:
        with stage("score"), stage("render"):
            await asyncio.sleep(0.002)
        with stage("trace"):
            await asyncio.sleep(0.002)
        await send({"type": "http.response.start", "status": 503 if path == "/api/x" else 200, "headers": []})
        await send({"type": "http.response.body"})

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    encoded = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": encoded}
    asyncio.run(traces.around(app)(scope, None, send))  # type: ignore[arg-type]
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def _sent(traces: OtlpTraces, kept: Collector) -> list[Span]:
    traces.close()
    return kept.spans


def test_a_request_goes_on_with_its_clients_trace(kept: Collector) -> None:
    """Its stages lie below it, and below each other; the answer names the span."""
    traces = OtlpTraces(kept.url, "svgai:7")
    told = _ask(traces, traceparent=f"00-{TRACE}-{PARENT}-01")["traceresponse"]
    spans = _sent(traces, kept)
    (request,) = (span for span in spans if span["name"] == "POST /api/convert")
    assert (request["traceId"], request["parentSpanId"]) == (TRACE, PARENT)
    assert told == f"00-{TRACE}-{request['spanId']}-01"
    found = attributes(request)
    assert (found["http.request.method"], found["http.route"]) == ("POST", "/api/convert")
    assert int(found["http.response.status_code"]) == 200
    score, traced = below(spans, request)
    assert (score["name"], traced["name"]) == ("score", "trace")
    assert [span["name"] for span in below(spans, score)] == ["render"]
    assert {span["traceId"] for span in spans} == {TRACE}
    assert kept.paths == {"/v1/traces"}
    assert (kept.resource["service.name"], kept.resource["service.version"]) == ("svgai", "svgai:7")


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "nonsense",
        "00-" + "0" * 32 + f"-{PARENT}-01",
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}\r\nx-{PARENT}-01",
        "0" * 9000,
    ],
)
def test_a_trace_that_is_none_is_not_gone_on_with(kept: Collector, traceparent: str) -> None:
    """The request begins one of its own."""
    traces = OtlpTraces(kept.url, "1")
    told = _ask(traces, traceparent=traceparent)["traceresponse"]
    (request,) = (span for span in _sent(traces, kept) if span["name"] == "POST /api/convert")
    assert request["traceId"] in told
    assert request["traceId"] not in {TRACE, "0" * 32}
    assert not request.get("parentSpanId")


def test_a_client_may_ask_not_to_be_traced(kept: Collector) -> None:
    """By the flag of its traceparent, which the answer has, too."""
    traces = OtlpTraces(kept.url, "1")
    assert _ask(traces, traceparent=f"00-{TRACE}-{PARENT}-00")["traceresponse"].endswith("-00")
    assert _sent(traces, kept) == []


def test_faults_of_the_service_are_marked(kept: Collector) -> None:
    """From status 500 on; a method that nobody knows is none that a client made up."""
    traces = OtlpTraces(kept.url, "1")
    _ask(traces, path="/api/x", method="MADEUP")
    _ask(traces, path="/livez")
    (request,) = (span for span in _sent(traces, kept) if span["name"].startswith("OTHER"))
    assert request["status"]["code"] == 2
    assert "MADEUP" not in str(kept.spans)
    assert "livez" not in str(kept.spans)


def test_a_batch_is_linked_with_the_requests_in_it(kept: Collector) -> None:
    """It is a trace of its own with its stages; each request links to it, and it to each."""
    traces = OtlpTraces(kept.url, "1")

    async def app(*_: object) -> None:
        with traces.batch("classify", [traces.rider(), None]), stage("classify"):
            pass

    scope = {"type": "http", "method": "POST", "path": "/api/classify", "headers": []}
    asyncio.run(traces.around(app)(scope, None, None))  # type: ignore[arg-type]
    spans = _sent(traces, kept)
    request, batch = (
        next(span for span in spans if span["name"] == name) for name in ("POST /api/classify", "batch classify")
    )
    assert request["traceId"] != batch["traceId"]
    assert [link["spanId"] for link in batch["links"]] == [request["spanId"]]
    assert [link["spanId"] for link in request["links"]] == [batch["spanId"]]
    assert [span["name"] for span in below(spans, batch)] == ["classify"]
    assert below(spans, request) == []


@contextmanager
def hanging() -> Iterator[str]:
    """The address of a collector that takes connections, and answers nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _trace_much(address: str) -> None:
    """In a process of its own: the SDK's threads go on for half a minute, and draw random numbers meanwhile."""
    traces = OtlpTraces(address, "1")
    began = time.perf_counter()
    for _ in range(3000):
        with traces.request(Headers({}), "POST /api/convert"):
            pass
    assert (time.perf_counter() - began) / 3000 < 0.01
    began = time.perf_counter()
    traces.close()
    assert time.perf_counter() - began < 20
    os._exit(0)


@pytest.mark.slow
@pytest.mark.parametrize("hangs", [True, False])
def test_a_dead_or_hanging_collector_holds_nobody_up(*, hangs: bool) -> None:
    """Requests are answered at once, though more spans come than can wait, and the end comes within two seconds."""
    with hanging() if hangs else nullcontext(f"http://127.0.0.1:{free_port()}") as address:
        process = multiprocessing.get_context("spawn").Process(target=_trace_much, args=(address,))
        process.start()
        process.join(120)
        assert process.exitcode == 0
