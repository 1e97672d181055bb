"""What is changed in BentoML's server."""

import logging
import os
import subprocess
import sys

import pytest

from svgai.settings import Settings

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_a_container_does_not_stop_respawning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a container too, dead workers are replaced, and nothing is reported to anyone."""
    from svgai.serve.bento.serving_tweaks import prepare_supervisor

    monkeypatch.setenv("BENTOML_CONTAINERIZED", "true")
    monkeypatch.setenv("BENTOML_DO_NOT_TRACK", "false")
    prepare_supervisor(Settings(_env_file=None))
    assert "BENTOML_CONTAINERIZED" not in os.environ
    assert os.environ["BENTOML_DO_NOT_TRACK"] == "true"


def test_outside_a_worker_a_stop_is_an_exit(caplog: pytest.LogCaptureFixture) -> None:
    """Without BentoML's supervisor above it, stopping ends this process only, with the reason."""
    from svgai.serve.bento.serving_tweaks import stop_service

    with caplog.at_level(logging.CRITICAL), pytest.raises(SystemExit, match="no models"):
        stop_service("no models")


def test_lean_imports_make_unused_modules_look_absent() -> None:
    """A serving process cannot import them, and BentoML's checks for their types still answer."""
    code = """
import svgai.serve.bento.lean_imports
import sys, xgboost
from bentoml._internal.types import LazyType
assert not {"pandas", "sklearn"} & set(sys.modules)
assert not LazyType("pandas", "Series").isinstance({})
try:
    import pandas
except ModuleNotFoundError as absent:
    print(absent.name)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "pandas"), done.stderr
