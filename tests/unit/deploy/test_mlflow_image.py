"""The image of MLflow's server for a team."""

import re
import runpy
from importlib.util import find_spec
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
    for revision, before in (("one", None), ("two", "one")):
        text = f"import absent\n\nrevision = {revision!r}\ndown_revision = {before!r}  # the one before\n"
        (tmp_path / f"{revision}.py").write_text(text)
    schema = runpy.run_path(str(FOLDER / "schema.py"))
    said = schema["advice"](found, schema["read_migrations"](tmp_path))
    assert told in said
    assert bool(said) == bool(told)


@pytest.mark.slow
def test_the_migrations_that_are_read_are_those_that_alembic_finds() -> None:
    """Of the MLflow that is installed."""
    read = runpy.run_path(str(FOLDER / "schema.py"))["migrations"]()
    folder = find_spec("mlflow.store.db_migrations")
    assert folder is not None and folder.submodule_search_locations is not None  # noqa: PT018
    found = ScriptDirectory(folder.submodule_search_locations[0]).walk_revisions()
    assert read == {one.revision: one.down_revision for one in found}
    assert len(read) > 60
