"""Calls of the service, and its batches."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from loadtests.servers.service_calls import api_calls, batches, post
from rollout.ports import free_port
from svgai.errors import SvgAiError

METRICS = """# HELP bentoml_service_adaptive_batch_size x
# TYPE bentoml_service_adaptive_batch_size histogram
bentoml_service_adaptive_batch_size_sum{method_name="classify",worker_index="1"} 30.0
bentoml_service_adaptive_batch_size_sum{method_name="classify",worker_index="2"} 10.0
bentoml_service_adaptive_batch_size_sum{method_name="optimize",worker_index="1"} 7.0
bentoml_service_adaptive_batch_size_bucket{le="+Inf",method_name="classify",worker_index="1"} 3.0
bentoml_service_adaptive_batch_size_count{method_name="classify",worker_index="1"} 3.0
bentoml_service_adaptive_batch_size_count{method_name="classify",worker_index="2"} 1.0
bentoml_service_adaptive_batch_size_count{method_name="optimize",worker_index="1"} 7.0
other_total{method_name="classify"} 99.0
"""


@pytest.fixture
def url() -> Iterator[str]:
    """A server with these metrics."""

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(METRICS.encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Metrics) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_call_holds_the_image_in_base64() -> None:
    """To the API's path."""
    (call,) = api_calls("http://host:1", "classify", [b"PNG"])
    assert call.url == "http://host:1/api/classify"
    assert base64.b64decode(json.loads(call.body)["image"]) == b"PNG"


@pytest.mark.parametrize("api, expected", [("classify", (4, 40)), ("optimize", (7, 7)), ("convert", (0, 0))])
def test_batches_of_an_api_are_those_of_all_workers(url: str, api: str, expected: tuple[float, float]) -> None:
    """Their number, and the requests in them."""
    assert batches(url, api) == expected


def test_a_service_that_does_not_answer_is_told() -> None:
    """In words, not as a traceback."""
    url = f"http://127.0.0.1:{free_port()}"
    (call,) = api_calls(url, "classify", [b"PNG"])
    with pytest.raises(SvgAiError, match=rf"{url}/api/classify gives no good answer: .*refused"):
        post(call)
    with pytest.raises(SvgAiError, match=rf"{url}/metrics gives no good answer"):
        batches(url, "classify")
