"""The whole HTTP service, with tiny real models, as clients see it."""

import io
import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from svgai.array_types import Pixels
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import Served, encoded, error_code, script_of, text_with

pytestmark = pytest.mark.integration

BODY_LIMIT = 10_000_000


def _logo(seed: int = 1) -> bytes:
    return encode_png(drawn_logo(seed))


def _file(rgba: Pixels, image_format: str) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(rgba)
    (image.convert("RGB") if image_format in {"JPEG", "BMP"} else image).save(buffer, image_format)
    return buffer.getvalue()


def test_classify_answers_one_image(service: Served) -> None:
    """The single form answers the type, its probability and the model's version."""
    answer = service.client.post("/api/classify", json={"image": encoded(_logo())})
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"type", "confidence", "probabilities", "model_version"}
    assert body["probabilities"][body["type"]] == pytest.approx(body["confidence"])
    assert sum(body["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_a_list_is_answered_as_its_images_are(service: Served) -> None:
    """Each place of a list holds what the single form answers, and a bad image fails alone."""
    good = [encoded(_logo(seed)) for seed in (1, 2)]
    single = [service.client.post("/api/classify", json={"image": image}).json() for image in good]
    bad = encoded(b"no image")
    body = service.client.post("/api/classify", json={"images": [good[0], bad, "***", good[1]]}).json()
    first, damaged, garbled, last = body["results"]
    assert first["type"] == single[0]["type"]
    assert last["probabilities"] == pytest.approx(single[1]["probabilities"], abs=1e-5)
    assert [damaged["error"]["code"], garbled["error"]["code"]] == ["invalid_image", "invalid_image"]


def test_clients_share_batches_without_harm(service: Served) -> None:
    """Many clients at once, some with bad images, each get the answer to their own."""
    images = [encoded(_logo(seed)) for seed in range(8)]
    alone = [service.client.post("/api/optimize", json={"image": image}).json() for image in images]

    def ask(number: int) -> httpx.Response:
        image = "!" if number % 5 == 4 else images[number % 8]
        return service.client.post("/api/optimize", json={"image": image})

    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(ask, range(40)))
    for number, answer in enumerate(answers):
        if number % 5 == 4:
            assert error_code(answer) == (400, "invalid_image")
        else:
            assert answer.status_code == 200
            assert answer.json()["parameters"] == alone[number % 8]["parameters"]


def test_optimize_answers_a_front(service: Served) -> None:
    """The proposal carries its prediction; the candidates are a front, smallest first."""
    body = service.client.post("/api/optimize", json={"image": encoded(_logo()), "target_quality": 0.8}).json()
    assert set(body) == {"type", "target_quality", "parameters", "predicted", "candidates", "model_version"}
    assert set(body["predicted"]) == {"ssim", "ssim_low", "worst", "edge_ssim", "delta_e", "bytes", "seconds"}
    assert body["target_quality"] == 0.8
    sizes = [candidate["predicted"]["bytes"] for candidate in body["candidates"]]
    assert sizes == sorted(sizes)


def test_convert_answers_a_measured_svg(service: Served) -> None:
    """The SVG comes with its measured quality and what was asked of it."""
    body = service.client.post("/api/convert", json={"image": encoded(_logo())}).json()
    assert body["svg"].startswith("<svg")
    assert body["quality"]["bytes"] == len(body["svg"].encode())
    assert 0 < body["quality"]["ssim"] <= 1
    assert body["ai"] == "used"
    quality = body["quality"]
    kept = {
        "ssim": quality["ssim"] >= body["target_quality"],
        "worst": quality["worst"] >= body["min_worst"] == 0.8,
        "delta_e": quality["delta_e"] <= 3,
    }
    assert body["missed"] == [measure for measure, held in kept.items() if not held]
    assert body["met_target"] == all(kept.values())
    assert re.fullmatch("[0-9a-f]{32}", body["conversion_id"])


def test_convert_says_what_it_cannot_keep(service: Served) -> None:
    """A size that nothing fits into is missed, in JSON and in the headers; what is out of range is refused."""
    ask = {"image": encoded(_logo()), "min_worst": 0, "max_bytes": 1}
    body = service.client.post("/api/convert", json=ask).json()
    assert (body["missed"], body["met_target"], body["min_worst"]) == (["bytes"], False, 0)
    headers = service.client.post("/api/convert", json=ask, headers={"Accept": "image/svg+xml"}).headers
    assert (headers["X-SVGAI-Missed"], headers["X-SVGAI-Met-Target"]) == ("bytes", "false")
    wrong = service.client.post("/api/convert", json=ask | {"max_bytes": 0})
    assert error_code(wrong) == (422, "invalid_parameters")


def test_convert_takes_exact_parameters(service: Served) -> None:
    """With parameters exactly these are traced, once."""
    body = service.client.post("/api/convert", json={"image": encoded(_logo()), "parameters": {"upscale": 1}}).json()
    assert (body["parameters"]["upscale"], body["trials"]) == (1, 1)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_multipart_takes_every_format(service: Served, image_format: str) -> None:
    """A file of each format, with options as fields, is converted."""
    files = {"image": ("logo", _file(drawn_logo(3), image_format))}
    answer = service.client.post("/api/convert", files=files, data={"target_quality": "0.7", "max_trials": "1"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["target_quality"], answer.json()["trials"]) == (0.7, 1)


def test_multipart_works_for_the_models_too(service: Served) -> None:
    """Both classify and optimize read files."""
    for path in ("/api/classify", "/api/optimize"):
        assert service.client.post(path, files={"image": ("logo.png", _logo())}).json()["type"]


def test_transparency_survives(service: Served) -> None:
    """An image with alpha is converted to an SVG that does not fill its corners."""
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[16:48, 16:48] = (200, 30, 40, 255)
    body = service.client.post("/api/convert", json={"image": encoded(encode_png(rgba))}).json()
    assert body["quality"]["ssim"] > 0.9


def test_the_svg_itself_on_request(service: Served) -> None:
    """Accept: image/svg+xml answers the SVG with the numbers in headers."""
    answer = service.client.post("/api/convert", json={"image": encoded(_logo())}, headers={"Accept": "image/svg+xml"})
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert int(answer.headers["X-SVGAI-Bytes"]) == len(answer.content)
    assert 0 < float(answer.headers["X-SVGAI-SSIM"]) <= 1
    assert float(answer.headers["X-SVGAI-Worst"]) <= 1
    assert answer.headers["X-SVGAI-Met-Target"] == str(not answer.headers["X-SVGAI-Missed"]).lower()


@pytest.mark.parametrize(
    "body,expected",
    [
        ({}, (400, "invalid_request")),
        ({"image": "", "images": [""]}, (400, "invalid_request")),
        ({"image": "***"}, (400, "invalid_image")),
        ({"image": encoded(b"<svg></svg>")}, (415, "unsupported_media_type")),
        ({"image": "aGk=", "target_quality": 2}, (422, "invalid_parameters")),
        ({"image": "aGk=", "unknown": 2}, (400, "invalid_request")),
        ({"image": "http://127.0.0.1/logo.png"}, (400, "invalid_image")),
        ({"images": ["a"] * 101}, (413, "too_large")),
    ],
)
def test_bad_requests_have_codes(service: Served, body: dict[str, Any], expected: tuple[int, str]) -> None:
    """Each kind of bad request has its status and code, in the one error shape."""
    assert error_code(service.client.post("/api/optimize", json=body)) == expected


def test_bodies_and_methods_have_codes(service: Served) -> None:
    """So do bodies that are no JSON, too large or of another type, unknown paths and wrong methods."""
    client = service.client
    json_type = {"Content-Type": "application/json"}
    assert error_code(client.post("/api/convert", content=b"{", headers=json_type)) == (400, "invalid_request")
    assert error_code(client.post("/api/convert", content=b"x", headers={"Content-Type": "text/plain"})) == (
        415,
        "unsupported_media_type",
    )
    assert error_code(client.post("/api/classify", content=b"x" * (BODY_LIMIT + 1), headers=json_type)) == (
        413,
        "too_large",
    )
    streamed = client.post("/api/classify", content=iter([b"x" * 100_000] * 101), headers=json_type)
    assert error_code(streamed) == (413, "too_large")
    assert error_code(client.get("/nothing")) == (404, "not_found")
    assert error_code(client.get("/schema.json")) == (404, "not_found")
    assert error_code(client.get("/api/classify")) == (405, "method_not_allowed")
    assert error_code(client.post("/api/ai-status")) == (405, "method_not_allowed")


def test_a_bomb_is_refused(service: Served) -> None:
    """A small file that decodes to too many pixels is too large."""
    bomb = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(bomb, "PNG")
    assert error_code(service.client.post("/api/convert", json={"image": encoded(bomb.getvalue())})) == (
        413,
        "too_large",
    )


def test_health_and_documents(service: Served) -> None:
    """The health routes, the index and the OpenAPI document answer; nothing comes from third parties."""
    for path in ("/livez", "/healthz", "/readyz"):
        assert service.client.get(path).status_code == 200
    document = service.client.get("/docs.json")
    assert "/api/convert" in document.json()["paths"]
    for path in ("/", "/docs"):
        page = service.client.get(path)
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        script = service.client.get(script_of(page.text))
        assert (script.status_code, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")


def test_ai_status_describes_the_models(service: Served) -> None:
    """The status names both models with version and size, and times a real conversion."""
    status = service.client.get("/api/ai-status").json()
    assert status["ai_status"] == "ready"
    assert {name: model["status"] for name, model in status["checks"]["models"].items()} == {
        "classifier": "loaded",
        "optimizer": "loaded",
    }
    assert status["checks"]["performance"]["test_duration_ms"] > 0


def test_files_of_the_page_are_one_label(service: Served) -> None:
    """However many there are, the metrics and the log know them by one path, without their version."""
    path = script_of(service.client.get("/").text)
    assert service.client.get(path).status_code == 200
    text = service.client.get("/metrics").text
    assert 'endpoint="/page"' in text
    assert path not in text


def test_metrics_have_no_labels_of_clients(service: Served) -> None:
    """Our metrics are published; paths and targets that clients make up never become labels."""
    for number in range(20):
        service.client.get(f"/made-up-{number}")
        target = 0.5 + number / 1000
        service.client.post("/api/convert", json={"image": encoded(_logo()), "target_quality": target, "max_trials": 1})
    text = service.client.get("/metrics").text
    assert "made-up" not in text
    assert "ai_features_enabled" in text
    assert "svgai_conversion_seconds_bucket" in text
    assert "bentoml_service_request_total" in text
    assert len(set(re.findall(r'target_quality="([^"]+)"', text))) <= 6


def test_a_killed_worker_is_replaced(service: Served) -> None:
    """Every process that converts may be killed; the pool heals without a restart of the service."""
    before = service.pool_workers()
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 120
    statuses: list[int] = []
    ask = {"image": encoded(_logo()), "cache": False}
    while time.monotonic() < deadline and statuses[-2:] != [200, 200]:
        statuses.append(service.client.post("/api/convert", json=ask).status_code)
    assert statuses[-2:] == [200, 200], statuses
    assert not set(before) & set(service.pool_workers())
    assert service.client.get("/readyz").status_code == 200


def test_every_line_is_json(service: Served) -> None:
    """What the service prints, and its log file, is one JSON object per line; requests are among them."""
    service.client.post("/api/classify", json={"image": encoded(_logo())}, headers={"X-Request-ID": "log-test-1"})
    for path in (service.output, service.output.parent / "service.log"):
        lines = [json.loads(line) for line in text_with(path, "log-test-1").splitlines()]
        (request,) = (line for line in lines if line.get("request_id") == "log-test-1")
        assert (request["path"], request["status"], request["method"]) == ("/api/classify", 200, "POST")
        assert request["type"]
        assert request["model_version"]
        assert request["ms"] > 0
        assert request["bytes_in"] > 0
