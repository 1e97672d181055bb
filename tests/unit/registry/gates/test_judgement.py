"""The gates as a command has them."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def test_the_gates_load_nothing_that_serves() -> None:
    """A served file is tried by a process of its own: XGBoost, and what it loads, is not waited for here as well."""
    code = "import sys, registry.gates.judgement; print('xgboost' in sys.modules, 'sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
