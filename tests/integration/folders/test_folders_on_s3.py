"""Folders in an S3 store: converted from there to there, stopped, killed, gone on with."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.folders.test_folders import LONG_S, command, environment
from tests.integration.servers.s3_store import BUCKET, S3Store, s3_store
from tests.integration.servers.served import INTERRUPTIBLE

pytestmark = pytest.mark.integration

FILES, MANY = 8, 24
SOURCE = f"s3://{BUCKET}/in"
OUT = f"s3://{BUCKET}/out"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[S3Store]:
    """A store with images in two folders, and a file that is none."""
    with s3_store(tmp_path) as found:
        for number in range(FILES):
            found.put(f"in/{number % 2}/{number}.png", encode_png(drawn_logo(number, 64)))
        found.put("in/bad.png", b"garbage")
        yield found


def run(store: S3Store, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=place,
        env=environment() | store.variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG_S,
    )


def svgs(store: S3Store) -> dict[str, bytes]:
    return {name: content for name, content in store.objects("out").items() if name.endswith(".svg")}


def records(store: S3Store) -> list[dict[str, object]]:
    """All lines of the manifests, in the order that they were written."""
    parts = store.objects("out/.svgai")
    return [json.loads(line) for name in sorted(parts) for line in parts[name].splitlines()]


@pytest.mark.long
def test_a_bucket_is_converted_into_another_place_of_it(store: S3Store, tmp_path: Path) -> None:
    """Mirrored and byte for byte what this machine makes; called again it makes nothing; what changed is made anew."""
    done = run(store, tmp_path, SOURCE, "--out", OUT, "--jobs", "2", "--report", "r.csv")
    assert f"{FILES} converted, 1 failed" in done.stderr
    assert done.returncode == 1
    made = svgs(store)
    assert set(made) == {f"{number % 2}/{number}.svg" for number in range(FILES)}
    assert [record.get("code") for record in records(store)].count("invalid_image") == 1
    assert len((tmp_path / "r.csv").read_text().splitlines()) == FILES + 2
    for name, content in store.objects("in").items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content)
    assert run(store, tmp_path, "in", "--out", "near").returncode == 1
    assert {
        str(path.relative_to(tmp_path / "near")): path.read_bytes() for path in (tmp_path / "near").rglob("*.svg")
    } == made

    count = len(records(store))
    again = run(store, tmp_path, SOURCE, "--out", OUT, "--jobs", "2")
    assert f"{FILES} done before, 1 failed" in again.stderr
    assert len(records(store)) == count + 1

    store.put("in/0/0.png", encode_png(drawn_logo(77, 64)))
    store.put("in/1/new.png", encode_png(drawn_logo(78, 64)))
    changed = run(store, tmp_path, f"{SOURCE}/**/*.png", "--out", OUT)
    assert f"2 converted, {FILES - 1} done before" in changed.stderr
    assert svgs(store)["0/0.svg"] != made["0/0.svg"]


@pytest.mark.long
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_goes_on(store: S3Store, tmp_path: Path, stop: signal.Signals) -> None:
    """After Ctrl-C all that was finished is known; after kill -9 what was written into the manifest. SVGs are whole."""
    for number in range(FILES, MANY):
        store.put(f"in/{number}.png", encode_png(drawn_logo(number, 96)))
    line = [*INTERRUPTIBLE, *command(SOURCE, "--out", OUT, "--jobs", "2")]
    process = subprocess.Popen(
        line,
        cwd=tmp_path,
        env=environment() | store.variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + LONG_S
        while sum(name.endswith(".svg") for name in store.names("out")) < 2:
            assert time.monotonic() < deadline, "nothing was converted in time"
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, stop)
        process.wait(LONG_S)
    finished, known = svgs(store), {one["output"] for one in records(store) if one.get("state") != "begun"}
    assert 2 <= len(finished) < MANY
    assert all(content.endswith(b"</svg>") for content in finished.values())
    if stop == signal.SIGINT:
        assert process.returncode == 130
        assert known >= set(finished)
    done = run(store, tmp_path, SOURCE, "--out", OUT, "--jobs", "2")
    made = int(re.findall(r"(\d+) converted", done.stderr)[-1])
    assert MANY - len(finished) <= made <= MANY - len(known & set(finished))
    assert len(svgs(store)) == MANY


def test_a_store_that_refuses_is_told(store: S3Store, tmp_path: Path) -> None:
    """A bucket that is not there ends the command with the reason, not with a traceback."""
    done = run(store, tmp_path, "s3://nowhere/in", "--out", OUT)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "nowhere" in done.stderr
    refused = run(store, tmp_path, SOURCE, "--out", "s3://nowhere/out")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
