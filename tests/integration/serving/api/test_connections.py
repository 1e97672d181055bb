"""What clients may do to connections, byte by byte, while others are served."""

import gzip
import json
import re
import resource
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import psutil
import pytest

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.raw_http import Reply, fault, request, wire
from tests.integration.servers.served import Served, encoded, error_code, serving, text_with
from tests.integration.servers.slow_conversions import slow_request

pytestmark = pytest.mark.integration

LIMIT = 10_000_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service without models, with room for few."""
    with serving(
        tmp_path_factory.mktemp("small"),
        AI_ENHANCED="false",
        MAX_CONNECTIONS="40",
        MAX_BODY_BYTES="100000",
        API_KEYS="secret",
        CORS_ORIGINS="https://app.example.com",
        ROOT_PATH="/svg",
    ) as served:
        yield served


def logo() -> bytes:
    return json.dumps({"image": encoded(encode_png(drawn_logo(1)))}).encode()


def ask(served: Served, sent: bytes, method: str = "POST") -> Reply:
    with wire(served.client.base_url) as one:
        one.send(sent)
        return one.reply(method)


def counted(served: Served, path: str, status: int) -> float:
    text = served.client.get("/metrics").text
    label = rf'endpoint="{re.escape(path)}"[^}}]*http_response_code="{status}"'
    return sum(float(number) for number in re.findall(rf"service_request_total\{{[^}}]*{label}[^}}]*\}} (\S+)", text))


def test_bodies_that_do_not_come_take_nobodys_place(service: Served) -> None:
    """With 100 requests of which one byte has come others are answered; the 100 get 408, and their connections end."""
    with ExitStack() as held:
        slow = [held.enter_context(wire(service.client.base_url)) for _ in range(100)]
        for one in slow:
            one.send(request("POST", "/api/convert", logo())[:-1])
        for path in ("/api/classify", "/api/convert"):
            assert service.client.post(path, content=logo()).status_code == 200
        answers = [one.reply() for one in slow]
        assert {fault(answer) for answer in answers} == {(408, "request_timeout")}
        assert all(one.ends_within(60) for one in slow)


def test_heads_that_do_not_come_end(service: Served) -> None:
    """Unfinished headers get 408 after ten seconds; a connection that sends nothing, or only line ends, just ends."""
    with ExitStack() as held:
        began = time.monotonic()
        unfinished, silent, blank = (held.enter_context(wire(service.client.base_url)) for _ in range(3))
        unfinished.send(b"GET /livez HTTP/1.1\r\nX-Slow: ")
        blank.send(b"\r\n")
        done = threading.Event()

        def trickle() -> None:
            while not done.wait(1):
                try:
                    unfinished.send(b"a")
                    blank.send(b"\r\n")
                except OSError:
                    return

        threading.Thread(target=trickle, daemon=True).start()
        try:
            assert fault(unfinished.reply()) == (408, "request_timeout")
            assert silent.everything() == blank.everything() == b""
        finally:
            done.set()
        assert time.monotonic() - began > 9


def test_connections_that_are_idle_end(service: Served) -> None:
    """After an answer a connection is kept for the next request, and ends where none comes."""
    with wire(service.client.base_url) as one:
        for _ in range(2):
            one.send(request("GET", "/livez"))
            assert one.reply("GET").status == 200
        assert one.ends_within(60)


@pytest.mark.parametrize(
    "head,expected",
    [
        (b"GET /livez?" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: s\r\n\r\n", (414, "uri_too_long")),
        (b"GET /livez?" + b"a" * 500_000, (414, "uri_too_long")),
        (b"GET /livez HTTP/1.1\r\nA: " + b"a" * 33_000 + b"\r\n\r\n", (431, "headers_too_large")),
        (b"GET /livez HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n", (431, "headers_too_large")),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, "invalid_request")),
        (b"GET /livez HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", (400, "invalid_request")),
        (b"POST /api/convert HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", (400, "invalid_request")),
        (b"CONNECT other:443 HTTP/1.1\r\nHost: other\r\n\r\n", (400, "invalid_request")),
    ],
    ids=["address", "endless address", "header", "headers", "no http", "lengths", "chunks", "connect"],
)
def test_what_no_request_looks_like_has_an_answer(service: Served, head: bytes, expected: tuple[int, str]) -> None:
    """In the one shape, with an id that the log has, too; then the connection ends."""
    with wire(service.client.base_url) as one:
        one.send(head)
        answer = one.reply("GET")
        assert fault(answer) == expected
        assert one.ends_within(60)
    line = next(
        line
        for line in text_with(service.output, answer.headers["x-request-id"]).splitlines()
        if answer.headers["x-request-id"] in line
    )
    assert json.loads(line)["status"] == expected[0]


def test_endless_headers_are_refused_at_once(service: Served) -> None:
    """Who sends 150 MB of headers reads 431 while it still sends, and others are answered."""
    with wire(service.client.base_url) as one, ThreadPoolExecutor(1) as other:
        one.send(b"GET /livez HTTP/1.1\r\n")

        def pour() -> None:
            try:
                for _ in range(1_500):
                    one.send(b"X-Much: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 2_300)
            except OSError:
                pass

        pouring = other.submit(pour)
        assert fault(one.reply("GET")) == (431, "headers_too_large")
        assert service.client.get("/livez").status_code == 200
        pouring.result(60)


def test_a_client_that_ends_its_side_gets_its_answer(service: Served) -> None:
    """shutdown(SHUT_WR) after a request, or after several: all are answered, then the connection ends."""
    with wire(service.client.base_url) as one:
        one.send(request("POST", "/api/convert", logo()) * 2)
        one.socket.shutdown(socket.SHUT_WR)
        assert [one.reply().status, one.reply().status] == [200, 200]
        assert one.ends_within(60)
    with wire(service.client.base_url, 60) as one:
        one.send(request("POST", "/api/convert", json.dumps(slow_request(160)).encode()))
        one.socket.shutdown(socket.SHUT_WR)
        assert one.reply().status == 200


def test_a_client_that_leaves_is_counted_as_such(service: Served) -> None:
    """Mid-upload and mid-conversion: 499 in log and metrics, once, and nothing in the log that looks like a fault."""
    before = counted(service, "/api/convert", 499)
    with wire(service.client.base_url) as one:
        one.send(request("POST", "/api/convert", logo())[:-1])
    with wire(service.client.base_url) as one:
        one.send(request("POST", "/api/convert", json.dumps(slow_request(512)).encode()))
        time.sleep(0.5)
    with wire(service.client.base_url) as one:
        one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, not ended
        one.send(request("POST", "/api/convert", json.dumps(slow_request(512)).encode()))
        time.sleep(0.5)
    deadline = time.monotonic() + 120
    while counted(service, "/api/convert", 499) < before + 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert counted(service, "/api/convert", 499) == before + 3
    text = text_with(service.output, '"status": 499')
    assert "Traceback" not in text


@pytest.mark.alone
def test_many_values_do_not_stop_the_service(service: Served) -> None:
    """While megabytes of nested lists, of base64 and of multipart are read others are answered."""
    bodies = [
        (b'{"images": [' + b"[]," * 3_000_000 + b"[]]}", "application/json", 400),
        (b"[" * 9_000_000, "application/json", 400),
        (json.dumps({"image": "A " * 4_500_000}).encode(), "application/json", 400),
        (json.dumps({"image": "\\u0041" * 1}).encode(), "application/json", 400),
        (b"--x\r\n" + b"\r\n" * 4_500_000, "multipart/form-data; boundary=x", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
            + b"\r\n--" * 2_000_000
            + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
        ),
    ]
    slowest = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal slowest
        with httpx.Client(base_url=service.client.base_url, timeout=30) as client:
            while not done.is_set():
                slowest = max(slowest, client.get("/livez").elapsed.total_seconds())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        for body, kind, status in bodies:
            answer = service.client.post("/api/convert", content=body, headers={"Content-Type": kind})
            assert error_code(answer)[0] == status
    finally:
        done.set()
        watching.join()
    assert slowest < 1


def test_compressed_bodies(service: Served) -> None:
    """Gzip is read, with the inflated size bounded; anything else is refused with what to send."""
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    packed = gzip.compress(logo())
    assert service.client.post("/api/classify", content=packed, headers=headers).status_code == 200
    bomb = gzip.compress(b" " * 50_000_000)
    assert error_code(service.client.post("/api/classify", content=bomb, headers=headers)) == (413, "too_large")
    for broken in (packed[:-4], packed + b"more", logo()):
        answer = service.client.post("/api/classify", content=broken, headers=headers)
        assert error_code(answer) == (400, "invalid_request")
    other = service.client.post("/api/classify", content=logo(), headers=headers | {"Content-Encoding": "br"})
    assert error_code(other) == (415, "unsupported_media_type")
    assert "gzip" in other.json()["error"]["message"]


def test_refusals_reach_who_still_sends(small: Served) -> None:
    """401, 413 and 415 are read by clients that send all of a large body before they look."""
    much = b"x" * 30_000_000
    for headers, expected in (
        ({}, (401, "unauthorized")),
        ({"X_API_Key": "secret"}, (413, "too_large")),
        (
            {"X_API_Key": "secret", "Content_Encoding": "br", "Content_Length": "", "Transfer_Encoding": "chunked"},
            (415, "unsupported_media_type"),
        ),
    ):
        body = b"1c9c380\r\n" + much + b"\r\n0\r\n\r\n" if "Transfer_Encoding" in headers else much
        with wire(small.client.base_url) as one:
            one.send(request("POST", "/api/convert", body, **headers))
            answer = one.reply()
            assert fault(answer) == expected
            assert answer.headers["connection"] == "close"


def test_each_refusal_is_counted_once_by_its_status(small: Served) -> None:
    """401, 413, 415 and what is no HTTP are each one more in the metrics."""
    small.client.headers["X-API-Key"] = "secret"
    before = [counted(small, "/api/convert", status) for status in (401, 413, 415)]
    odd = counted(small, "/unknown", 400)
    ask(small, request("POST", "/api/convert", logo()))
    ask(small, request("POST", "/api/convert", b"x" * 200_000, X_API_Key="secret"))
    ask(small, request("POST", "/api/convert", b"x", X_API_Key="secret", Content_Type="text/plain"))
    ask(small, b"nonsense\r\n\r\n")
    assert [counted(small, "/api/convert", status) for status in (401, 413, 415)] == [one + 1 for one in before]
    assert counted(small, "/unknown", 400) == odd + 1


def test_more_connections_than_there_is_room_for(small: Served) -> None:
    """Those that send nothing give way to those that ask; the log says so, and what asks is answered."""
    with ExitStack() as held:
        idle = [held.enter_context(wire(small.client.base_url)) for _ in range(200)]
        for one in idle[:100]:
            one.send(b"GET /livez HTTP/1.1\r\nX")
        for _ in range(5):
            assert ask(small, request("GET", "/livez"), "GET").status == 200
        assert sum(one.ends_within(5) for one in idle[:100]) == 100
    text_with(small.output, "no room for more connections")
    assert ask(small, request("GET", "/livez"), "GET").status == 200


def test_at_the_limit_of_open_files_the_service_goes_on(small: Served) -> None:
    """Fewer files than MAX_CONNECTIONS asks for: those that wait give way, it is said, and later all is as before."""
    (worker,) = (
        child
        for child in psutil.Process(small.process.pid).children()
        if "_bentoml_impl.worker.service" in child.cmdline()
    )
    limits = resource.prlimit(worker.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (worker.num_fds() + 12, limits[1]))
    said = small.output.read_text().count("no room for more connections")
    time.sleep(10)  # it is said at most every ten seconds
    try:
        with ExitStack() as held:
            for _ in range(100):
                held.enter_context(wire(small.client.base_url))
            assert ask(small, request("GET", "/livez"), "GET").status == 200
        deadline = time.monotonic() + 120
        while small.output.read_text().count("no room for more connections") == said:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, limits)
    assert ask(small, request("POST", "/api/convert", logo(), X_API_Key="secret")).status == 200


def test_expectations_pipelines_and_old_versions(service: Served) -> None:
    """100-continue, chunked bodies, HTTP/1.0, HEAD, OPTIONS and pipelined requests are answered as HTTP wants."""
    whole = request("POST", "/api/convert", logo(), Expect="100-continue")
    with wire(service.client.base_url) as one:
        head, _, body = whole.partition(b"\r\n\r\n")
        one.send(head + b"\r\n\r\n")
        assert one.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.send(body)
        assert one.reply().status == 200
    with wire(service.client.base_url) as one:
        one.send(request("POST", "/api/convert", b"", Expect="100-continue", Content_Length=str(LIMIT + 1)))
        assert one.everything().startswith(b"HTTP/1.1 413")
    pieces = b"".join(b"%x\r\n%s\r\n" % (1, logo()[at : at + 1]) for at in range(len(logo()))) + b"0\r\n\r\n"
    chunked = request("POST", "/api/classify", b"", Content_Length="", Transfer_Encoding="chunked") + pieces
    assert ask(service, chunked).status == 200
    with wire(service.client.base_url) as one:
        one.send(request("POST", "/api/classify", logo(), version="1.0"))
        old = one.everything()
        assert old.startswith(b"HTTP/1.1 200")
        assert b"chunked" not in old
    with wire(service.client.base_url) as one:
        one.send(request("HEAD", "/livez") + request("HEAD", "/nothing") + request("GET", "/livez"))
        assert [one.reply("HEAD").status, one.reply("HEAD").status] == [200, 404]
        assert one.reply("GET").status == 200
    allowed = ask(service, request("OPTIONS", "/api/classify"), "OPTIONS")
    assert (allowed.status, allowed.headers["allow"]) == (204, "POST, OPTIONS")
    assert ask(service, request("GET", "/livez", Connection="Upgrade", Upgrade="websocket"), "GET").status == 200
    java = request("POST", "/api/classify", logo(), Connection="Upgrade, HTTP2-Settings", Upgrade="h2c")
    assert fault(ask(service, java)) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["/api/classify/", "/api%2fclassify", "/api%2Fclassify", "//api/classify", "/livez/"])
def test_a_path_is_what_it_is_written_as(service: Served, path: str) -> None:
    """Nobody is led to where the Host header says."""
    answer = ask(service, request("POST", path, logo(), Host="evil.example"))
    assert fault(answer) == (404, "not_found")
    assert "location" not in answer.headers


@pytest.mark.long
def test_a_client_that_does_not_read_is_let_go(service: Served) -> None:
    """Answers that nobody reads end with their connection."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect((service.client.base_url.host, service.client.base_url.port))
        one.settimeout(30)
        deadline = time.monotonic() + 60
        ended = False
        while not ended and time.monotonic() < deadline:
            try:
                one.sendall(request("GET", "/docs.json"))
            except ConnectionError:
                ended = True
        assert ended


def test_pages_of_other_origins_read_every_answer(small: Served) -> None:
    """With CORS_ORIGINS answers and refusals carry the header, and preflights need no key and are counted."""
    origin: dict[str, Any] = {"Origin": "https://app.example.com"}
    preflight = request(
        "OPTIONS",
        "/api/convert",
        **origin,
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="x-api-key,content-type",
    )
    before = counted(small, "/api/convert", 200)
    allowed = ask(small, preflight, "OPTIONS")
    assert counted(small, "/api/convert", 200) == before + 1
    assert (allowed.status, allowed.headers["access-control-allow-origin"]) == (200, origin["Origin"])
    assert "x-api-key" in allowed.headers["access-control-allow-headers"]
    refused = [
        ask(small, request("POST", "/api/convert", logo(), **origin)),
        ask(small, request("POST", "/api/convert", b"x" * 200_000, **origin, X_API_Key="secret")),
        ask(small, request("POST", "/nothing", b"", **origin, X_API_Key="secret")),
        ask(small, request("POST", "/api/convert", logo(), **origin, X_API_Key="secret")),
    ]
    assert [answer.status for answer in refused] == [401, 413, 404, 200]
    assert {answer.headers.get("access-control-allow-origin") for answer in refused} == {origin["Origin"]}
    assert "X-SVGAI-SSIM" in refused[-1].headers["access-control-expose-headers"]
    other: dict[str, Any] = {"Origin": "https://evil.example", "Access_Control_Request_Method": "POST"}
    assert fault(ask(small, request("OPTIONS", "/api/convert", **other), "OPTIONS")) == (400, "invalid_request")
    text_with(small.output, allowed.headers["x-request-id"])
    stranger = ask(small, request("GET", "/livez", Origin="https://evil.example"), "GET")
    assert "access-control-allow-origin" not in stranger.headers


def test_a_prefix_of_a_proxy(small: Served) -> None:
    """ROOT_PATH, or X-Forwarded-Prefix, stands before the document's paths; the page is there with it and without."""
    key = {"X-API-Key": "secret"}
    for path, headers, prefix in (
        ("/", {}, "/svg"),
        ("/svg/", {}, "/svg"),
        ("/", {"X-Forwarded-Prefix": "/other"}, "/other"),
        ("/", {"X-Forwarded-Prefix": "//evil.example"}, "/svg"),
    ):
        assert small.client.get(path, headers=headers).headers["Content-Type"].startswith("text/html")
        document = small.client.get("/docs.json", headers=key | headers).json()
        assert document["servers"] == [{"url": prefix}]
    assert small.client.get("/svg/livez").status_code == 200
