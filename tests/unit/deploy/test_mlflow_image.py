"""The image of MLflow's server for a team."""

import re
import runpy
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

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


@pytest.mark.parametrize(
    "found, told",
    [((), ""), (("two",), ""), (("one",), "mlflow db upgrade"), (("three",), "A later MLflow made them")],
)
def test_only_tables_of_its_own_version_are_started_on(found: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """Older ones are to be upgraded, which nobody can do with later ones; none at all are made by the server."""
    (tmp_path / "versions").mkdir()
    for revision, before in (("one", None), ("two", "one")):
        text = f"revision, down_revision = {revision!r}, {before!r}\n"
        (tmp_path / "versions" / f"{revision}.py").write_text(text)
    advice = runpy.run_path(str(FOLDER / "schema.py"))["advice"]
    said = advice(found, ScriptDirectory(str(tmp_path)))
    assert told in said
    assert bool(said) == bool(told)
