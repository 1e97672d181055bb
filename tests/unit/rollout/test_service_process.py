import os
import subprocess
import sys
from pathlib import Path

from rollout.service_process import environment, serve_command

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


def test_a_bento_is_named_by_its_folder(tmp_path: Path) -> None:
    """BentoML would take `svgai:v1` for an attribute of the package svgai."""
    assert str(tmp_path) in serve_command(tmp_path, "127.0.0.1", 3000)
