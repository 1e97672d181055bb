"""The client runs where nothing of the service is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]

# Everything that is installed but these, with what they are made of, cannot be imported.
LOOKED_AT = """
import sys
from importlib.abc import MetaPathFinder
from importlib.metadata import packages_distributions

ALLOWED = {
    "httpx", "httpcore", "h11", "anyio", "certifi", "idna", "sniffio", "pydantic", "pydantic_core", "tenacity",
    "annotated_types", "typing_extensions", "typing_inspection", "svgai",
}
BLOCKED = set(packages_distributions()) - ALLOWED


class Blocks(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{name} is not installed", name=name)
        return None


assert {"numpy", "PIL", "cv2", "bentoml", "starlette"} <= BLOCKED
sys.meta_path.insert(0, Blocks())
import svgai.client

client = svgai.client.Client("http://127.0.0.1:9", retries=svgai.client.Retries(attempts=1))
try:
    client.convert(b"image")
except svgai.client.NoAnswer as fault:
    print("told:", fault)
ours = sorted(name for name in sys.modules if name.startswith("svgai.") and not name.startswith("svgai.client"))
assert not ours, ours
"""


@pytest.mark.slow
def test_the_client_imports_httpx_pydantic_and_tenacity_alone() -> None:
    """In a process in which every other installed package is missing it is imported, and tells that nobody answers."""
    done = subprocess.run(
        [sys.executable, "-c", LOOKED_AT], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("told: http://127.0.0.1:9/api/convert does not answer")
