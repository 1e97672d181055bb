"""The served service when something is wrong: no models, broken ones, runaways, overload, a start that cannot be."""

import os
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from loadtests.servers.local_server import stop
from rollout.ports import free_port
from rollout.waiting import wait_until
from svgai.api_keys import hashed_entry
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_classifier, write_models
from tests.integration.servers.served import encoded, error_code, serving, start, text_with
from tests.integration.servers.slow_conversions import begin, slow_request, wait_until_in_hand

pytestmark = pytest.mark.integration

STRANGER = (
    *("setpriv", "--reuid=1000650000", "--regid=0", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
)
"""Runs a command as a user that no file of the machine knows: it may read all of them and write to none."""

FIRST_KEY, SECOND_KEY = "alpha-9c2f", "omega-77aa"


def _logo() -> str:
    return encoded(encode_png(drawn_logo(1)))


@pytest.mark.alone
def test_limits_without_models(tmp_path: Path) -> None:
    """Without models conversions work; keys are asked for, runaways killed, overload refused, lost work dropped."""
    with serving(
        tmp_path,
        AI_ENHANCED="false",
        API_KEYS="secret",
        MAX_CONCURRENCY="1",
        AI_INFERENCE_TIMEOUT="1",
        AI_MAX_WORKERS="1",
    ) as served:
        client = served.client
        assert error_code(client.post("/api/convert", json={"image": "aGk="})) == (401, "unauthorized")
        assert client.get("/livez").status_code == 200
        client.headers["X-API-Key"] = "secret"
        converted = client.post("/api/convert", json={"image": _logo()}).json()
        assert (converted["ai"], converted["type"]) == ("disabled", None)
        for path in ("/api/classify", "/api/optimize"):
            assert error_code(client.post(path, json={"image": _logo()})) == (503, "ai_disabled")
        assert re.search(r"^ai_features_enabled 0", client.get("/metrics").text, re.MULTILINE)
        with ThreadPoolExecutor(1) as other:
            runaway = other.submit(client.post, "/api/convert", json=slow_request(512))
            wait_until_in_hand(client, 1)
            refused = client.post("/api/convert", json={"image": "aGk="})
            assert error_code(refused) == (429, "overloaded")
            assert int(refused.headers["Retry-After"]) > 0
            assert error_code(runaway.result(30)) == (504, "timeout")
        anew = {"image": _logo(), "cache": False}
        assert client.post("/api/convert", json=anew).status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            client.post("/api/convert", json=slow_request(512), timeout=0.4)
        deadline = time.monotonic() + 20
        while client.post("/api/convert", json=anew).status_code != 200:
            assert time.monotonic() < deadline
        family = psutil.Process(served.process.pid).children(recursive=True)
        served.process.send_signal(signal.SIGTERM)
        served.process.wait(20)
        _, left = psutil.wait_procs(family, timeout=10)
        assert left == []


@pytest.mark.long
def test_a_killed_worker_leaves_nothing_in_hand(tmp_path: Path) -> None:
    """The worker that takes its place counts no request of its as in progress."""
    with serving(tmp_path, AI_ENHANCED="false", AI_MAX_WORKERS="1") as served, ThreadPoolExecutor(2) as clients:
        asked = begin(served.client, clients, 2)
        (worker,) = (
            child
            for child in psutil.Process(served.process.pid).children()
            if "_bentoml_impl.worker.service" in child.cmdline()
        )
        worker.kill()
        assert [type(one.exception()) for one in asked] == [httpx.RemoteProtocolError] * 2
        served.wait_for("/readyz", 200)
        shown = re.findall(r"in_progress\{[^}]*\} (\S+)", served.client.get("/metrics").text)
        assert {float(number) for number in shown} <= {0.0}
        text_with(served.output, "workers before this one were killed")


def test_a_user_without_a_home_is_served_as_any_other(tmp_path: Path) -> None:
    """Ready, with metrics, though the home of BentoML is another user's, who left the folder of the metrics empty."""
    models = write_models(tmp_path / "models")
    for name in ("bentos", "models", "envs", "tmp", "prometheus_multiproc_dir"):
        (tmp_path / "bentoml" / name).mkdir(parents=True)
    (tmp_path / "bentoml/prometheus_multiproc_dir").chmod(0o555)
    runner = STRANGER if os.geteuid() == 0 else ()
    with serving(tmp_path, runner=runner, HOME="/", MODEL_DIR=str(models), QUALITY_TRACKING_ENABLED="false") as served:
        assert served.client.post("/api/convert", json={"image": _logo()}).status_code == 200
        assert re.search(r"^svgai_conversion_seconds_count\{.*\} 1", served.client.get("/metrics").text, re.MULTILINE)
    assert not list((tmp_path / "bentoml/prometheus_multiproc_dir").iterdir())


@pytest.mark.alone
def test_batches_of_one(tmp_path: Path) -> None:
    """AI_BATCH_SIZE=1 is taken at its word: a list is answered, one image at a time; who waits too long gets 429."""
    models = write_models(tmp_path / "models")
    with (
        serving(tmp_path / "service", MODEL_DIR=str(models), AI_BATCH_SIZE="1", AI_BATCH_MAX_LATENCY_MS="1") as served,
        ThreadPoolExecutor(8) as clients,
    ):
        answers = served.client.post("/api/classify", json={"images": [_logo()] * 3}).json()["results"]
        assert [set(answer) & {"type", "error"} for answer in answers] == [{"type"}] * 3
        asked = [clients.submit(served.client.post, "/api/classify", json={"images": [_logo()] * 20}) for _ in range(8)]
        responses = [one.result() for one in asked]
        refused = [response for response in responses if response.status_code != 200]
        assert 0 < len(refused) < 8
        assert {error_code(response) for response in refused} == {(429, "overloaded")}
        shown = served.client.get("/metrics").text
        (batches,) = re.findall(r'batch_size_count\{[^}]*method_name="classify"[^}]*\} (\S+)', shown)
        assert float(batches) == 3 + 20 * (8 - len(refused))


def test_a_taken_port_is_told_in_a_line(tmp_path: Path) -> None:
    """Where something else listens the service ends at once, with what is taken and no traceback."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port := free_port()))
        other.listen()
        process, output = start(tmp_path, port, AI_ENHANCED="false")
        try:
            assert process.wait(180) == 1
        finally:
            stop(process)
    text = output.read_text()
    assert f"cannot listen on port {port} of 127.0.0.1: Address already in use" in text
    assert "Traceback" not in text


def test_a_full_disk_and_changing_keys_stop_nobody(tmp_path: Path) -> None:
    """A log file that cannot be written is told once; keys of a file come and go while the service runs."""
    keys = tmp_path / "keys"
    keys.write_text(f"{hashed_entry('shop', FIRST_KEY)}\n")
    with serving(
        tmp_path / "service", AI_ENHANCED="false", AI_MAX_WORKERS="1", LOG_FILE="/dev/full", API_KEYS_FILE=str(keys)
    ) as served:
        for _ in range(5):
            assert served.client.get("/docs.json", headers={"X-API-Key": FIRST_KEY}).status_code == 200
        assert error_code(served.client.get("/docs.json", headers={"X-API-Key": SECOND_KEY})) == (401, "unauthorized")
        keys.write_text(f"{hashed_entry('shop', SECOND_KEY)}\n")
        second = {"X-API-Key": SECOND_KEY}
        assert wait_until(lambda: served.client.get("/docs.json", headers=second).status_code == 200, 60)
        assert error_code(served.client.get("/docs.json", headers={"X-API-Key": FIRST_KEY})) == (401, "unauthorized")
        text = text_with(served.output, '"key": "shop"')
    assert text.count("LOG_FILE cannot be written") == 1
    assert "Traceback" not in text
    assert not [word for word in (FIRST_KEY, SECOND_KEY) if word in text]


@pytest.mark.long
def test_a_service_that_is_stopped_answers_what_it_has_begun(tmp_path: Path) -> None:
    """SIGTERM with conversions under way and waiting: each is answered, then the service ends."""
    with (
        serving(tmp_path, AI_ENHANCED="false", AI_MAX_WORKERS="1") as served,
        ThreadPoolExecutor(3) as clients,
    ):
        asked = begin(served.client, clients, 3)
        served.process.send_signal(signal.SIGTERM)
        assert [one.result().status_code for one in asked] == [200, 200, 200]
        assert served.process.wait(120) == 0


def test_broken_models_leave_conversion_working(tmp_path: Path) -> None:
    """A damaged model file: never ready, the fault is told, conversions work without models."""
    broken = tmp_path / "models"
    broken.mkdir()
    write_classifier(broken)
    (broken / "optimizer.xgb").write_bytes(b"damaged")
    with serving(tmp_path / "service", ready=False, MODEL_DIR=str(broken)) as served:
        deadline = time.monotonic() + 120
        status = served.client.get("/api/ai-status").json()
        while status["ai_status"] == "loading" and time.monotonic() < deadline:
            time.sleep(0.2)
            status = served.client.get("/api/ai-status").json()
        assert status["ai_status"] == "failed"
        assert "optimizer" in status["fault"]
        assert error_code(served.client.get("/readyz")) == (503, "not_ready")
        answer = served.client.post("/api/convert", json={"image": _logo()})
        assert answer.json()["ai"] == "disabled"


@pytest.mark.parametrize(
    "settings,said",
    [
        ({"AI_BATCH_SIZE": "0", "TARGET_QUALITY_TEXT": "7"}, ("AI_BATCH_SIZE", "TARGET_QUALITY_TEXT")),
        ({"MODEL_LAZY_LOADING": "false", "MODEL_DIR": "/nonexistent"}, ("there is no classifier",)),
        *(
            pytest.param({"AI_ENHANCED": "false", **settings}, (said,), marks=pytest.mark.long)
            for settings, said in (
                ({"LOG_FILE": "/nonexistent/service.log"}, "LOG_FILE: there is no folder"),
                ({"LOG_FILE": "/"}, "LOG_FILE: / is a folder"),
                ({"API_KEYS": "shop:sha256:abc"}, "API_KEYS: entry 1 is not"),
            )
        ),
    ],
)
def test_a_service_that_cannot_start_ends(settings: dict[str, str], said: tuple[str, ...], tmp_path: Path) -> None:
    """Invalid settings, or models that must load and do not, end the service with the reason."""
    process, output = start(tmp_path, free_port(), **settings)
    try:
        process.wait(180)
    finally:
        stop(process)
    text = output.read_text()
    assert [words for words in said if words not in text] == []
    assert "Traceback" not in text
