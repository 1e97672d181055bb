"""The whole HTTP service, with tiny real models, as clients see it."""

import base64
import io
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from PIL import Image

from svgai.images import Pixels, encode_png
from tests.integration.served import Served, serving
from tests.tiny_models import drawn_logo, write_models

pytestmark = pytest.mark.integration

BODY_LIMIT = 400_000


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def service(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("service")
    with serving(
        folder, MODEL_DIR=str(models), MAX_BODY_BYTES=str(BODY_LIMIT), LOG_FILE=str(folder / "service.log")
    ) as served:
        yield served


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _logo(seed: int = 1) -> bytes:
    return encode_png(drawn_logo(seed))


def _file(rgba: Pixels, image_format: str) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(rgba)
    (image.convert("RGB") if image_format in {"JPEG", "BMP"} else image).save(buffer, image_format)
    return buffer.getvalue()


def _code(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["request_id"] == response.headers["X-Request-ID"]
    return response.status_code, error["code"]


def test_classify_answers_one_image(service: Served) -> None:
    """The single form answers the type, its probability and the model's version."""
    answer = service.client.post("/api/classify", json={"image": _encoded(_logo())})
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"type", "confidence", "probabilities", "model_version"}
    assert body["probabilities"][body["type"]] == pytest.approx(body["confidence"])
    assert sum(body["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_a_list_is_answered_as_its_images_are(service: Served) -> None:
    """Each place of a list holds what the single form answers, and a bad image fails alone."""
    good = [_encoded(_logo(seed)) for seed in (1, 2)]
    single = [service.client.post("/api/classify", json={"image": image}).json() for image in good]
    bad = _encoded(b"no image")
    body = service.client.post("/api/classify", json={"images": [good[0], bad, "***", good[1]]}).json()
    first, damaged, garbled, last = body["results"]
    assert first["type"] == single[0]["type"]
    assert last["probabilities"] == pytest.approx(single[1]["probabilities"], abs=1e-5)
    assert [damaged["error"]["code"], garbled["error"]["code"]] == ["invalid_image", "invalid_image"]


def test_clients_share_batches_without_harm(service: Served) -> None:
    """Many clients at once, some with bad images, each get the answer to their own."""
    images = [_encoded(_logo(seed)) for seed in range(8)]
    alone = [service.client.post("/api/optimize", json={"image": image}).json() for image in images]

    def ask(number: int) -> httpx.Response:
        image = "!" if number % 5 == 4 else images[number % 8]
        return service.client.post("/api/optimize", json={"image": image})

    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(ask, range(40)))
    for number, answer in enumerate(answers):
        if number % 5 == 4:
            assert _code(answer) == (400, "invalid_image")
        else:
            assert answer.status_code == 200
            assert answer.json()["parameters"] == alone[number % 8]["parameters"]


def test_optimize_answers_a_front(service: Served) -> None:
    """The proposal carries its prediction; the candidates are a front, smallest first."""
    body = service.client.post("/api/optimize", json={"image": _encoded(_logo()), "target_quality": 0.8}).json()
    assert set(body) == {"type", "target_quality", "parameters", "predicted", "candidates", "model_version"}
    assert set(body["predicted"]) == {"ssim", "ssim_low", "delta_e", "bytes"}
    assert body["target_quality"] == 0.8
    sizes = [candidate["predicted"]["bytes"] for candidate in body["candidates"]]
    assert sizes == sorted(sizes)


def test_convert_answers_a_measured_svg(service: Served) -> None:
    """The SVG comes with its measured quality and what was asked of it."""
    body = service.client.post("/api/convert", json={"image": _encoded(_logo())}).json()
    assert body["svg"].startswith("<svg")
    assert body["quality"]["bytes"] == len(body["svg"].encode())
    assert 0 < body["quality"]["ssim"] <= 1
    assert body["ai"] == "used"
    assert body["met_target"] == (body["quality"]["ssim"] >= body["target_quality"] and body["quality"]["delta_e"] <= 3)
    assert re.fullmatch("[0-9a-f]{32}", body["conversion_id"])


def test_convert_takes_exact_parameters(service: Served) -> None:
    """With parameters exactly these are traced, once."""
    body = service.client.post("/api/convert", json={"image": _encoded(_logo()), "parameters": {"upscale": 1}}).json()
    assert (body["parameters"]["upscale"], body["trials"]) == (1, 1)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_multipart_takes_every_format(service: Served, image_format: str) -> None:
    """A file of each format, with options as fields, is converted."""
    files = {"image": ("logo", _file(drawn_logo(3), image_format))}
    answer = service.client.post("/api/convert", files=files, data={"target_quality": "0.7", "max_trials": "1"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["target_quality"], answer.json()["trials"]) == (0.7, 1)


def test_multipart_works_for_the_models_too(service: Served) -> None:
    """classify and optimize read files as well."""
    for path in ("/api/classify", "/api/optimize"):
        assert service.client.post(path, files={"image": ("logo.png", _logo())}).json()["type"]


def test_transparency_survives(service: Served) -> None:
    """An image with alpha is converted to an SVG that does not fill its corners."""
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[16:48, 16:48] = (200, 30, 40, 255)
    body = service.client.post("/api/convert", json={"image": _encoded(encode_png(rgba))}).json()
    assert body["quality"]["ssim"] > 0.9


def test_the_svg_itself_on_request(service: Served) -> None:
    """Accept: image/svg+xml answers the SVG with the numbers in headers."""
    answer = service.client.post(
        "/api/convert", json={"image": _encoded(_logo())}, headers={"Accept": "image/svg+xml"}
    )
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert int(answer.headers["X-SVGAI-Bytes"]) == len(answer.content)
    assert 0 < float(answer.headers["X-SVGAI-SSIM"]) <= 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "invalid_request")),
        ({"image": "", "images": [""]}, (400, "invalid_request")),
        ({"image": "***"}, (400, "invalid_image")),
        ({"image": _encoded(b"<svg></svg>")}, (415, "unsupported_media_type")),
        ({"image": "aGk=", "target_quality": 2}, (422, "invalid_parameters")),
        ({"image": "aGk=", "unknown": 2}, (400, "invalid_request")),
        ({"image": "http://127.0.0.1/logo.png"}, (400, "invalid_image")),
        ({"images": ["a"] * 101}, (413, "too_large")),
    ],
)
def test_bad_requests_have_codes(service: Served, body: dict[str, Any], expected: tuple[int, str]) -> None:
    """Each kind of bad request has its status and code, in the one error shape."""
    assert _code(service.client.post("/api/optimize", json=body)) == expected


def test_bodies_and_methods_have_codes(service: Served) -> None:
    """So do bodies that are no JSON, too large or of another type, unknown paths and wrong methods."""
    client = service.client
    json_type = {"Content-Type": "application/json"}
    assert _code(client.post("/api/convert", content=b"{", headers=json_type)) == (400, "invalid_request")
    assert _code(client.post("/api/convert", content=b"x", headers={"Content-Type": "text/plain"})) == (
        415,
        "unsupported_media_type",
    )
    assert _code(client.post("/api/classify", content=b"x" * (BODY_LIMIT + 1), headers=json_type)) == (413, "too_large")
    streamed = client.post("/api/classify", content=iter([b"x" * 100_000] * 5), headers=json_type)
    assert _code(streamed) == (413, "too_large")
    assert _code(client.get("/nothing")) == (404, "not_found")
    assert _code(client.get("/schema.json")) == (404, "not_found")
    assert _code(client.get("/api/classify")) == (405, "method_not_allowed")
    assert _code(client.post("/api/ai-status")) == (405, "method_not_allowed")


def test_a_bomb_is_refused(service: Served) -> None:
    """A small file that decodes to too many pixels is too large."""
    bomb = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(bomb, "PNG")
    assert _code(service.client.post("/api/convert", json={"image": _encoded(bomb.getvalue())})) == (413, "too_large")


def test_health_and_documents(service: Served) -> None:
    """The health routes, the index and the OpenAPI document answer; nothing comes from third parties."""
    for path in ("/livez", "/healthz", "/readyz"):
        assert service.client.get(path).status_code == 200
    document = service.client.get("/docs.json")
    assert "/api/convert" in document.json()["paths"]
    index = service.client.get("/", follow_redirects=True)
    assert index.status_code == 200
    assert "googletagmanager" not in index.text


def test_ai_status_describes_the_models(service: Served) -> None:
    """The status names both models with version and size, and times a real conversion."""
    status = service.client.get("/api/ai-status").json()
    assert status["ai_status"] == "ready"
    assert {name: model["status"] for name, model in status["checks"]["models"].items()} == {
        "classifier": "loaded",
        "optimizer": "loaded",
    }
    assert status["checks"]["performance"]["test_duration_ms"] > 0


def test_metrics_have_no_labels_of_clients(service: Served) -> None:
    """Our metrics are published; paths and targets that clients make up never become labels."""
    for number in range(20):
        service.client.get(f"/made-up-{number}")
        target = 0.5 + number / 1000
        service.client.post("/api/convert", json={"image": _encoded(_logo()), "target_quality": target, "max_trials": 1})
    text = service.client.get("/metrics").text
    assert "made-up" not in text
    assert 'ai_features_enabled' in text
    assert "svgai_conversion_seconds_bucket" in text
    assert "bentoml_service_request_total" in text
    assert len(set(re.findall(r'target_quality="([^"]+)"', text))) <= 6


def test_a_killed_worker_is_replaced(service: Served) -> None:
    """kill -9 of every process that converts is healed without a restart of the service."""
    before = service.pool_workers()
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    statuses = []
    while time.monotonic() < deadline and statuses[-2:] != [200, 200]:
        statuses.append(service.client.post("/api/convert", json={"image": _encoded(_logo())}).status_code)
    assert statuses[-2:] == [200, 200], statuses
    assert not set(before) & set(service.pool_workers())
    assert service.client.get("/readyz").status_code == 200


def test_every_line_is_json(service: Served) -> None:
    """What the service prints, and its log file, is one JSON object per line; requests are among them."""
    service.client.post("/api/classify", json={"image": _encoded(_logo())}, headers={"X-Request-ID": "log-test-1"})
    for path in (service.output, service.output.parent / "service.log"):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        (request,) = (line for line in lines if line.get("request_id") == "log-test-1")
        assert (request["path"], request["status"], request["method"]) == ("/api/classify", 200, "POST")
        assert request["type"]
        assert request["model_version"]
        assert request["ms"] > 0
        assert request["bytes_in"] > 0


def _noise() -> str:
    draw = np.random.default_rng(1)
    rgba = np.dstack([draw.integers(0, 256, (512, 512, 3), np.uint8), np.full((512, 512), 255, np.uint8)])
    return _encoded(encode_png(rgba))


SLOW = {"upscale": 4, "colour_models": "flat", "clustering": "color-cluster", "layer_difference": 0, "filter_speckle": 0}


def test_limits_without_models(tmp_path: Path) -> None:
    """With AI_ENHANCED=false: conversions work and say so, keys are asked for, runaways are killed, overload is refused."""
    with serving(
        tmp_path, AI_ENHANCED="false", API_KEYS="secret", MAX_CONCURRENCY="1", AI_INFERENCE_TIMEOUT="1", AI_MAX_WORKERS="1"
    ) as served:
        client = served.client
        assert _code(client.post("/api/convert", json={"image": "aGk="})) == (401, "unauthorized")
        assert client.get("/livez").status_code == 200
        client.headers["X-API-Key"] = "secret"
        converted = client.post("/api/convert", json={"image": _encoded(_logo())}).json()
        assert (converted["ai"], converted["type"]) == ("disabled", None)
        for path in ("/api/classify", "/api/optimize"):
            assert _code(client.post(path, json={"image": _encoded(_logo())})) == (503, "ai_disabled")
        assert re.search(r"^ai_features_enabled 0", client.get("/metrics").text, re.M)
        with ThreadPoolExecutor(1) as other:
            runaway = other.submit(client.post, "/api/convert", json={"image": _noise(), "parameters": SLOW})
            time.sleep(0.5)
            refused = client.post("/api/convert", json={"image": "aGk="})
            assert _code(refused) == (429, "overloaded")
            assert int(refused.headers["Retry-After"]) > 0
            assert _code(runaway.result(30)) == (504, "timeout")
        assert client.post("/api/convert", json={"image": _encoded(_logo())}).status_code == 200
        family = psutil.Process(served.process.pid).children(recursive=True)
        served.process.send_signal(signal.SIGTERM)
        served.process.wait(20)
        _, left = psutil.wait_procs(family, timeout=10)
        assert left == []


def test_broken_models_leave_conversion_working(models: Path, tmp_path: Path) -> None:
    """A damaged model file: never ready, the fault is told, conversions work without models."""
    broken = tmp_path / "models"
    broken.mkdir()
    for file in ("classifier.onnx", "metadata.json"):
        (broken / file).write_bytes((models / file).read_bytes())
    (broken / "optimizer.xgb").write_bytes(b"damaged")
    with serving(tmp_path / "service", ready=False, MODEL_DIR=str(broken)) as served:
        deadline = time.monotonic() + 30
        status = served.client.get("/api/ai-status").json()
        while status["ai_status"] == "loading" and time.monotonic() < deadline:
            time.sleep(0.2)
            status = served.client.get("/api/ai-status").json()
        assert status["ai_status"] == "failed"
        assert "optimizer" in status["fault"]
        assert _code(served.client.get("/readyz")) == (503, "not_ready")
        answer = served.client.post("/api/convert", json={"image": _encoded(_logo())})
        assert answer.json()["ai"] == "disabled"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"AI_BATCH_SIZE": "0", "TARGET_QUALITY_TEXT": "7"}, ("AI_BATCH_SIZE", "TARGET_QUALITY_TEXT")),
        ({"MODEL_LAZY_LOADING": "false", "MODEL_DIR": "/nonexistent"}, ("there is no classifier",)),
    ],
)
def test_a_service_that_cannot_start_ends(settings: dict[str, str], said: tuple[str, ...], tmp_path: Path) -> None:
    """Invalid settings, or models that must load and do not, end the service with the reason."""
    from tests.integration.served import free_port, start, stop

    process, output = start(tmp_path, free_port(), **settings)
    try:
        process.wait(60)
    finally:
        stop(process)
    text = output.read_text()
    assert [words for words in said if words not in text] == []
    assert "Traceback" not in text
