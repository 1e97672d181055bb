"""Folders by the command itself: killed, stopped, watched, on a cluster, by a service."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from commands.folders.manifest import FILE, FOLDER, FolderManifest
from rollout.ports import free_port
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.served import INTERRUPTIBLE, ROOT, serving
from tests.integration.tracing.test_search_on_dask import wait_until_listening

pytestmark = pytest.mark.integration

LONG_S = 300
FILES = 24


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with images in several folders, and a file that is none."""
    for number in range(FILES):
        path = tmp_path / f"in/{number % 3}/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(drawn_logo(number, 64)))
    (tmp_path / "in/bad.png").write_bytes(b"garbage")
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "cli.py"), "convert", *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "AI_ENHANCED": "false", "COLUMNS": "200"}


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=place, env=environment(), capture_output=True, text=True, check=False, timeout=LONG_S
    )


@contextmanager
def running(place: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The command while it works; killed with all its processes at the end."""
    line = [*INTERRUPTIBLE, *command(*arguments)]
    process = subprocess.Popen(
        line, cwd=place, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


def lines(place: Path) -> int:
    path = place / "out" / FOLDER / FILE
    return sum(b'"state":"begun"' not in line for line in path.read_bytes().splitlines()) if path.exists() else 0


def wait_for_lines(place: Path, count: int) -> None:
    deadline = time.monotonic() + LONG_S
    while lines(place) < count:
        assert time.monotonic() < deadline, "nothing was converted in time"
        time.sleep(0.02)


def svgs(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place / "out")): path.read_bytes() for path in (place / "out").rglob("*.svg")}


@pytest.mark.long
def test_a_killed_run_goes_on(place: Path) -> None:
    """After kill -9 no process is left; what was finished is not made again, and all that was left is."""
    with running(place, "in", "--out", "out", "--jobs", "2") as process:
        wait_for_lines(place, 3)
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
    gone, left = psutil.wait_procs(below, timeout=120)
    assert (len(gone), left) == (len(below), [])
    with FolderManifest(str(place / "out")) as manifest:
        before = manifest.done()
    times = {name: (place / "out" / name).stat().st_mtime_ns for name in before}
    assert 3 <= len(before) < FILES
    done = run(place, "in", "--out", "out", "--jobs", "2")
    assert f"{len(before)} done before, 1 failed" in done.stderr
    assert (done.returncode, len(svgs(place))) == (1, FILES)
    assert {name: (place / "out" / name).stat().st_mtime_ns for name in before} == times


@pytest.mark.long
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(place: Path) -> None:
    """The exit code is that of a stopped command, every SVG is in the manifest, and no half file is left."""
    with running(place, "in", "--out", "out", "--jobs", "2") as process:
        wait_for_lines(place, 3)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
        assert process.stderr
        told = process.stderr.read()
        assert process.wait(LONG_S) == 130
    assert "run the same command to resume" in told
    with FolderManifest(str(place / "out")) as manifest:
        assert set(manifest.done()) == set(svgs(place))
    assert not list((place / "out").rglob("*.partial"))
    assert run(place, "in", "--out", "out").returncode == 1
    assert len(svgs(place)) == FILES


def test_processes_give_what_one_process_gives(place: Path) -> None:
    """Byte for byte, with report, gallery and JSON; the bad file is told and stops nothing."""
    arguments = ("--out", "out", "--report", "r.csv", "--gallery", "g.html", "--json")
    done = run(place, "in/**/*.png", *arguments, "--jobs", "3")
    assert done.stderr == ""
    records = json.loads(done.stdout)
    assert [record["state"] for record in records].count("converted") == FILES
    assert [record["code"] for record in records if record["state"] == "failed"] == ["invalid_image"]
    assert all((place / record["output"]).is_file() for record in records if record["output"])
    assert len((place / "r.csv").read_text().splitlines()) == FILES + 2
    assert (place / "g.html").read_text().count("<article>") == FILES + 1
    several = svgs(place)
    assert run(place, "in", "--out", "out", "--again", "--jobs", "1").returncode == 1
    assert svgs(place) == several


def test_a_clash_is_told_before_anything_is_written(place: Path) -> None:
    """Both files by name; nothing is there afterwards."""
    (place / "in/0/0.jpg").write_bytes(b"x")
    done = run(place, "in", "--out", "out")
    assert done.returncode == 1
    assert "in/0/0.jpg and in/0/0.png -> 0/0.svg" in done.stderr
    assert not (place / "out").exists()


def test_a_watched_folder_is_followed(place: Path) -> None:
    """What is there is converted, then what comes; Ctrl-C ends it."""
    with running(place, "in/0", "--out", "out", "--watch", "--jobs", "1") as process:
        wait_for_lines(place, FILES // 3)
        time.sleep(1)
        (place / "in/0/new.png").write_bytes(encode_png(drawn_logo(99, 64)))
        wait_for_lines(place, FILES // 3 + 1)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(LONG_S) == 130
    assert (place / "out/new.svg").is_file()


@pytest.mark.long
def test_a_cluster_gives_what_this_machine_gives(place: Path) -> None:
    """Workers of Dask on the same files; a scheduler that is not there is told."""
    with cluster() as address:
        done = run(place, "in", "--out", "out", "--scheduler", address)
    assert f"{FILES} converted, 1 failed" in done.stderr
    by_cluster = svgs(place)
    assert run(place, "in", "--out", "out", "--again").returncode == 1
    assert svgs(place) == by_cluster
    assert "there is no Dask scheduler" in run(place, "in", "--out", "other", "--scheduler", address).stderr


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a scheduler that has one worker of one thread."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []

    def start(program: str, *arguments: str) -> None:
        line = [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--host", "127.0.0.1", "--no-dashboard"]
        started.append(subprocess.Popen(line, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    try:
        start("dask_scheduler", "--port", str(port))
        wait_until_listening(port)
        start("dask_worker", address, "--nthreads", "1", "--no-nanny")
        yield address
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.long
def test_a_service_converts_folders(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With its models; what is done is not sent again."""
    models = write_models(tmp_path_factory.mktemp("models"))
    with serving(tmp_path_factory.mktemp("service"), MODEL_DIR=str(models)) as served:
        url = str(served.client.base_url)
        done = run(place, "in", "--out", "out", "--server", url, "--report", "r.csv")
        assert f"{FILES} converted" in done.stderr
        assert "1 failed" in done.stderr
        assert "classifier:" in (place / "r.csv").read_text()
    again = run(place, "in/0", "in/1", "--out", "out2", "--server", url)
    assert again.returncode == 1
    assert "no_answer" in again.stderr
