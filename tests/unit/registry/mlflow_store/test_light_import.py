"""MLflow without pandas, for commands that only read the registry."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CODE = """
import sys
from registry.mlflow_store.light_import import without_pandas
with without_pandas():
    from registry.promotion.history import history
    from registry.promotion.status import status
    from registry.mlflow_store.connection import connect
    client = connect(f"sqlite:///{sys.argv[1]}/mlflow.db")
assert "pandas" not in sys.modules
assert [len(model.versions) for model in status(client)] == [0, 0]
assert history(client) == ()
import pandas
with without_pandas():
    assert sys.modules["pandas"] is pandas
"""


def test_the_registry_is_read_without_pandas(tmp_path: object) -> None:
    """Nothing misses it; afterwards it can be imported as ever."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
