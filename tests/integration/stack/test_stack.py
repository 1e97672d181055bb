"""The whole stack by compose, from nothing: verified, its models switched under load, saved and restored."""

import json
import logging
import subprocess
import time
from pathlib import Path

from stack.compose import Compose
from tests.integration.servers.running_stack import PER_SECOND, Stack, requests
from tests.integration.servers.steady_load import steady_load
from tests.marks import REHEARSED_STACK

logger = logging.getLogger(__name__)

pytestmark = [*REHEARSED_STACK]

SWITCHED_WITHIN_S, WATCHED_S = 5.0, 20.0
RULES = """\
groups:
  - name: of-the-test
    rules:
      - record: svgai:of_the_test
        expr: vector(42)
"""


def test_it_is_as_promised(stack: Stack) -> None:
    """Every check of `verify` is good, and says what it saw."""
    seen = json.loads(stack.does("verify", "--json"))
    assert [one for one in seen if not one["good"]] == []
    assert {one["check"] for one in seen} >= {"models", "quality store", "limits", "alerts", "Prometheus", "MLflow"}


def test_changed_rules_are_taken_over(stack: Stack) -> None:
    """By `up` on a stack that runs; wrong ones are told, and those before go on."""
    file = stack.folder / "prometheus" / "test.rules.yml"
    file.write_text(RULES)
    file.chmod(0o644)
    stack.does("up")
    asked = ("promtool", "query", "instant", "http://127.0.0.1:9090", "svgai:of_the_test")
    began = time.monotonic()
    while "42" not in stack.compose.inside("prometheus", *asked):
        assert time.monotonic() - began < 60
        time.sleep(1)
    file.write_text(RULES.replace("vector(42)", "vector(42"))
    refused = stack.command("up")
    assert "test.rules.yml" in refused.communicate(timeout=300)[0]
    assert refused.returncode != 0
    file.unlink()
    stack.does("up")


def test_models_are_switched_off_and_on_while_it_serves(stack: Stack) -> None:
    """No conversion that is asked for five seconds later is made the other way, and no request fails."""
    turned: dict[str, float] = {}
    with steady_load(stack.proxy.client, requests("/api/convert"), PER_SECOND) as load:
        for position in ("off", "on"):
            stack.does("ai", position)
            turned[position] = time.monotonic()
            time.sleep(WATCHED_S)
    assert load.failures() == []
    off = [one for one in load.told if turned["off"] <= one.began < turned["on"] - 2 * SWITCHED_WITHIN_S]
    on = [one for one in load.told if turned["on"] <= one.began]
    for position, asked, version in (("off", off, "none"), ("on", on, "classifier:1,optimizer:1")):
        others = [one.began - turned[position] for one in asked if one.version != version]
        logger.info("%s: the last that was made the other way came after %.1f s", position, max(others, default=0.0))
        assert max(others, default=0.0) < SWITCHED_WITHIN_S
        assert len(others) < len(asked)


def test_what_was_saved_is_restored_where_nothing_is(stack: Stack, tmp_path: Path) -> None:
    """Everything destroyed, one command: the same answers, rows, runs and settings."""
    compose, archive = stack.compose, tmp_path / "stack.tar"
    compose.inside("mlflow", "sh", "-c", "echo kept >/var/lib/mlflow/artifacts/kept.txt")
    answers, rows = stack.answers(), _rows(compose)
    stack.does("backup", str(archive), "--with-image")
    damaged = tmp_path / "damaged.tar"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    stack.does("down", "--volumes")
    environment = (stack.folder / ".env").read_text()
    subprocess.run(["rm", "-r", str(stack.folder)], check=True)
    refused = stack.command("restore", str(damaged))
    assert "damaged" in refused.communicate(timeout=120)[0]
    assert refused.returncode != 0
    began = time.monotonic()
    stack.does("restore", str(archive))
    logger.info("restored in %.1f s from %.0f MB", time.monotonic() - began, archive.stat().st_size / 1e6)
    assert (stack.folder / ".env").read_text() == environment
    assert stack.answers() == answers
    assert _rows(stack.compose) >= rows
    assert stack.compose.inside("mlflow", "cat", "/var/lib/mlflow/artifacts/kept.txt").strip() == "kept"
    stack.does("verify")


def _rows(compose: Compose) -> int:
    count = ("--tuples-only", "--no-align", "-c", "SELECT count(*) FROM conversions")
    return int(compose.inside("postgres", "psql", "--username=postgres", "--dbname=quality", *count))
