"""The Python client against a served service: what the documents show is run as it is written."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from svgai.client import Client, Retries
from svgai.client.errors import TooLarge, Unauthorized
from svgai.decode.pixels import encode_png
from svgai.measure.quality import Reference
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.served import ROOT, Served, encoded, serving, text_with
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

SAMPLES = [
    sample
    for page in ("docs/client.md", "docs/USER_GUIDE.md")
    for sample in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
]
CALLS = [
    line
    for page in ("README.md", "docs/USER_GUIDE.md", "docs/API_REFERENCE.md")
    for line in re.findall(
        r"^    (curl .*)$", re.sub(r" \\\n +", " ", (ROOT / page).read_text(encoding="utf-8")), re.MULTILINE
    )
]
ADDRESS = "http://127.0.0.1:3000"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    models = write_models(tmp_path_factory.mktemp("models"))
    with serving(
        tmp_path_factory.mktemp("service"), MODEL_DIR=str(models), API_KEYS="k-1", QUALITY_TRACKING_ENABLED="true"
    ) as served:
        yield served


def url(service: Served) -> str:
    return str(service.client.base_url)


def images(folder: Path) -> Path:
    """The files that the samples name."""
    (folder / "in").mkdir()
    for name, seed in (("logo.png", 1), ("in/a.png", 2), ("in/b.png", 3)):
        (folder / name).write_bytes(encode_png(drawn_logo(seed, 48)))
    return folder


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample_of_the_pages_runs(sample: str, service: Served, tmp_path: Path) -> None:
    """As it is, but for the address and the key; it prints no error."""
    assert ADDRESS in sample
    told = re.sub(r'Client\("[^"]+"', f'Client("{url(service)}", api_key="k-1"', sample)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", told],
        cwd=images(tmp_path),
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "no answer" not in done.stdout
    if "save" in sample:
        assert list(tmp_path.rglob("*.svg"))


@pytest.mark.parametrize("line", CALLS)
def test_each_call_of_the_pages_is_answered(line: str, service: Served, tmp_path: Path) -> None:
    """By curl, as it is but for the address, the key and the conversion; what is written to a file is an SVG."""
    program("curl")
    converted = service.client.post(
        "/api/convert", json={"image": encoded(encode_png(drawn_logo(5, 48)))}, headers={"X-API-Key": "k-1"}
    ).json()
    told = re.sub(r"(http://)?(127\.0\.0\.1|localhost):3000", url(service), line)
    words = shlex.split(
        told.replace('"..."', json.dumps(converted["conversion_id"])).replace("@docs/", f"@{ROOT}/docs/")
    )
    done = subprocess.run(
        [words[0], "--fail-with-body", "-H", "X-API-Key: k-1", *words[1:]],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert all("<svg" in file.read_text() for file in tmp_path.iterdir())
    assert ("-o" in words) == bool(list(tmp_path.iterdir()))


def test_an_answer_is_what_the_service_measured(service: Served) -> None:
    """The SVG measures what its quality says."""
    with Client(url(service), api_key="k-1") as client:
        done = client.convert(encode_png(drawn_logo(4, 48)), max_trials=2)
        again = client.convert(encode_png(drawn_logo(4, 48)), parameters=done.parameters)
    measured = Reference(drawn_logo(4, 48)).measure(done.svg)
    assert measured.ssim == pytest.approx(done.quality.ssim)
    assert measured.bytes == done.quality.bytes
    assert again.svg == done.svg


def test_errors_carry_the_id_of_the_log(service: Served) -> None:
    """A wrong key and a body that is too large, each with its class."""
    with Client(url(service), api_key="wrong") as client, pytest.raises(Unauthorized) as raised:
        client.classify(b"image")
    assert raised.value.request_id
    text_with(service.output, raised.value.request_id)
    with Client(url(service), api_key="k-1", retries=Retries(attempts=1)) as client, pytest.raises(TooLarge):
        client.classify(b"\x89PNG" + bytes(11_000_000))
