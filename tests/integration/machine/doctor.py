"""`svgai doctor` called as a person calls it, in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

Finding = Mapping[str, str]

_KEPT = ("HOME", "LANG", "LD_LIBRARY_PATH")
_LIMIT_S = 300


def doctor(folder: Path, *options: str, **settings: str) -> tuple[list[Finding], str]:
    """What it finds in a folder with these settings alone, and all that it printed; its exit code must fit."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "BENTOML_HOME": str(folder / "bentoml"),
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "doctor", "--json", *options],
        cwd=folder,
        env=environment | settings,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    found: list[Finding] = json.loads(done.stdout)
    assert done.returncode == any(one["state"] == "fault" for one in found), done.stderr
    return found, done.stdout + done.stderr


def of(found: list[Finding], check: str) -> Finding:
    """The worst finding of a check, whose name may go on."""
    order = ("fault", "warning", "ok")
    return min((one for one in found if one["check"].startswith(check)), key=lambda one: order.index(one["state"]))
