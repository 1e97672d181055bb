"""The image of MLflow's server for a team."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "deploy" / "mlflow"


def test_it_holds_what_its_start_calls() -> None:
    """Its start command, and each file beside it that this names; the build gets to see all that is copied."""
    recipe, start = ((FOLDER / name).read_text(encoding="utf-8") for name in ("Dockerfile", "start.sh"))
    called = {"start.sh", *re.findall(r"\$here/([\w.]+)", start)}
    lines = re.findall(r"^COPY (?:--\S+ )?(.+) /opt/mlflow/$", recipe, re.MULTILINE)
    copied = {name for line in lines for name in line.split()}
    assert {"start.sh", "schema.py", "accounts.ini"} <= called <= copied
    ignored = (FOLDER / ".dockerignore").read_text(encoding="utf-8").split()
    assert set(ignored) == {"*"} | {f"!{name}" for name in copied}
