import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.service_process import environment, find, serve_command
from rollout.state import Service

ROOT = Path(__file__).parents[3]


def test_a_bento_runs_with_its_own_code(tmp_path: Path) -> None:
    """Also where the current folder is a checkout with a package of that name."""
    package = tmp_path / "src" / "svgai" / "__init__.py"
    package.parent.mkdir(parents=True)
    package.touch()
    found = subprocess.run(
        [sys.executable, "-c", "import svgai; print(svgai.__file__)"],
        cwd=ROOT,
        env=os.environ | environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == str(package)


@pytest.mark.usefixtures("clean_environment")
def test_what_a_bento_converts_is_kept_here(tmp_path: Path) -> None:
    """BentoML serves it in the Bento's own folder, which is another one for each version."""
    assert environment(Path("elsewhere"))["QUALITY_DB_URL"] == f"sqlite:///{tmp_path}/quality_tracking.db"


def test_a_bento_is_named_by_its_folder(tmp_path: Path) -> None:
    """BentoML would take `svgai:v1` for an attribute of the package svgai."""
    assert str(tmp_path) in serve_command(tmp_path, "127.0.0.1", 3000)


def test_a_service_that_is_about_to_be_is_found(tmp_path: Path) -> None:
    """Before setsid has become it, its command line is still that of setsid: it looked as if it had ended."""
    service = Service(bento="svgai:v1", port=1)
    assert find(service, tmp_path) is None
    serving = serve_command(tmp_path.resolve() / "bentoml-1" / "bentos" / "svgai" / "v1", "127.0.0.1", 1)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "--fork", *serving]) as process:
        found = find(service, tmp_path)
        process.kill()
    assert found is not None
    assert found.pid == process.pid
