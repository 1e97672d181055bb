"""Traces of a served service, as a collector gets them over HTTP."""

import io
import json
import time
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from rollout.ports import free_port
from svgai.decode.pixels import encode_png
from tests.fakes.otlp_collector import Span, attributes, below, collector
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import encoded, serving, text_with

pytestmark = pytest.mark.integration

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"  # pragma: allowlist secret


def named(spans: list[Span], name: str) -> list[Span]:
    return [span for span in spans if span["name"] == name]


def test_a_request_is_traced_through_all_processes(tmp_path: Path, models_folder: Path) -> None:
    """
    A conversion's stages lie below the client's own span, within its time; a batch is linked with its requests.

    The log names the trace. What is not of the API has no span, and what the cache answers is kept, no more.
    """
    with collector() as kept, serving(tmp_path, MODEL_DIR=str(models_folder), OTLP_ENDPOINT=kept.url) as served:
        ask = {"image": encoded(encode_png(drawn_logo(3)))}
        told = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "traced-1"}
        answer = served.client.post("/api/convert", json=ask, headers=told)
        assert answer.status_code == 200, answer.text
        gif = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(gif, "GIF")
        classified = served.client.post("/api/classify", json={"image": encoded(gif.getvalue())})
        assert classified.status_code == 200, classified.text
        served.client.post("/api/optimize", json=ask)
        served.client.post("/api/convert", json=ask)
        spans = kept.wait_for(lambda found: len(named(found, "POST /api/convert")) == 2)
        convert, again = named(spans, "POST /api/convert")
        assert answer.headers["traceresponse"] == f"00-{TRACE}-{convert['spanId']}-01"
        assert (convert["traceId"], convert["parentSpanId"]) == (TRACE, PARENT)
        stages = below(spans, convert)
        names = [span["name"] for span in stages]
        assert names[:4] == ["decode", "features", "classify", "predict"]
        assert {"trace", "score"} <= set(names)
        assert names[-1] == "store"
        assert {inner["name"] for score in named(stages, "score") for inner in below(spans, score)} == {"render"}
        for span in stages:
            assert int(convert["startTimeUnixNano"]) <= int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
            assert int(span["endTimeUnixNano"]) <= int(convert["endTimeUnixNano"])
        assert [span["name"] for span in below(spans, again)] == ["store"]
        (request,), (batch,) = named(spans, "POST /api/classify"), named(spans, "batch classify")
        assert [span["name"] for span in below(spans, request)] == ["decode"]
        assert [span["name"] for span in below(spans, batch)] == ["features", "classify"]
        assert [link["spanId"] for link in batch["links"]] == [request["spanId"]]
        assert [link["spanId"] for link in request["links"]] == [batch["spanId"]]
        (best,) = named(spans, "batch optimize")
        assert [span["name"] for span in below(spans, best)] == ["features", "classify", "predict"]
        assert attributes(convert)["http.route"] == "/api/convert"
        assert kept.resource["service.name"] == "svgai"
        (line,) = (json.loads(text) for text in text_with(served.output, "traced-1").splitlines() if "traced-1" in text)
        assert line["trace_id"] == TRACE


@pytest.mark.long
def test_a_dead_collector_changes_nothing(tmp_path: Path, models_folder: Path) -> None:
    """Requests are answered, and the service ends in time."""
    endpoint = f"http://127.0.0.1:{free_port()}"
    with serving(tmp_path, MODEL_DIR=str(models_folder), OTLP_ENDPOINT=endpoint) as served:
        ask = {"image": encoded(encode_png(drawn_logo(3)))}
        for _ in range(20):
            assert served.client.post("/api/classify", json=ask).status_code == 200
        began = time.monotonic()
        served.process.terminate()
        served.process.wait(120)
        assert time.monotonic() - began < 25  # the SDK by itself takes half a minute


@pytest.mark.long
@pytest.mark.parametrize("log_format", ["json", "text"])
def test_hostile_headers_leave_nothing_in_the_log(tmp_path: Path, log_format: str) -> None:
    """
    Nor in what is sent to a collector: no header, query, path, key, file name or method of a client.

    On stdout and in the file, BentoML's and the server's own lines included.
    """
    words = 'forged ; {"level": "ERROR"}\t2026-01-01 CRITICAL'
    names = (
        *("User-Agent", "Referer", "Cookie", "Authorization", "X-API-Key", "X-Forwarded-For", "X-Forwarded-Prefix"),
        *("X-Request-ID", "traceparent", "baggage", "Accept", "Content-Type", "X-Forged", "Origin"),
    )
    file = tmp_path / "service.log"
    with (
        collector() as kept,
        serving(
            tmp_path / "service",
            AI_ENHANCED="false",
            OTLP_ENDPOINT=kept.url,
            LOG_FILE=str(file),
            LOG_FORMAT=log_format,
            LOG_LEVEL="DEBUG",
        ) as served,
    ):
        lines_asked = (("POST", "/api/convert"), ("GET", "/forged?forged=1"), ("FORGED", "/api/convert"))
        for text, (method, path) in product((words, f"\x1b[31m{words}"), lines_asked):
            headers = [(name.encode(), text.encode()) for name in names]
            answer = served.client.request(method, path, headers=headers, content=b"forged")
            assert answer.status_code >= 400
        files = {"image": ("forged\r\nforged.png", encode_png(drawn_logo(3)), "forged/forged")}
        served.client.post("/api/convert", files=files, data={"forged": "forged"})
        served.client.post("/api/convert", json={"image": "forged"}, headers={"X-Request-ID": "the-last-one"})
        lines = text_with(served.output, "the-last-one") + text_with(file, "the-last-one")
        kept.wait_for(lambda found: len(found) >= 3)
    assert "forged" not in (lines + json.dumps(kept.spans)).lower()
    assert "\x1b" not in lines
    if log_format == "json":
        assert all("level" in json.loads(line) for line in file.read_text().splitlines())
