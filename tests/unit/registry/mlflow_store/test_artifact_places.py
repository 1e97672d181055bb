"""Registries in a file that were moved or copied: found before anything is read or written elsewhere, and repaired."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from mlflow import MlflowClient

from registry.mlflow_store.artifact_places import Foreign, database_of, foreign_places, relocate, require_own_places
from registry.mlflow_store.connection import connect, experiment_id
from svgai.errors import RegistryFault
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.slow,
    *MLFLOW_WARNINGS,
]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose registry has a run with an artifact."""
    project = tmp_path_factory.mktemp("places") / "first"
    project.mkdir()
    client = connect(f"sqlite:///{project}/mlflow.db")
    run = client.create_run(experiment_id(client), run_name="one")
    client.log_text(run.info.run_id, "as it was", "note.txt")
    return project


@pytest.fixture
def copied(registry: Path, tmp_path: Path) -> Path:
    """A copy of the project, while the first one is still there."""
    return shutil.copytree(registry, tmp_path / "second")


def only_run(client: MlflowClient) -> str:
    (run,) = client.search_runs([experiment_id(client)])
    return str(run.info.run_id)


def test_a_registry_at_its_place_has_no_foreign_places(registry: Path) -> None:
    """Also where it is reached through a link, and where there is none yet."""
    link = registry.parent / "link"
    link.symlink_to(registry)
    for project in (registry, link):
        assert foreign_places(project / "mlflow.db") == ()
    assert foreign_places(registry / "none.db") == ()
    assert not (registry / "none.db").exists()


def test_a_copied_registry_names_the_folder_it_came_from(registry: Path, copied: Path) -> None:
    """And is not opened: a run would be written to that folder."""
    (place,) = foreign_places(copied / "mlflow.db")
    assert place.folder == registry
    with pytest.raises(RegistryFault, match=f"{registry} .not this project.*svgai doctor --fix"):
        connect(f"sqlite:///{copied}/mlflow.db")


def test_a_moved_registry_names_the_path_that_is_not_there(copied: Path, tmp_path: Path) -> None:
    """With the repair."""
    moved = copied.rename(tmp_path / "third")
    relocate(moved / "mlflow.db")
    last = moved.rename(tmp_path / "fourth")
    with pytest.raises(RegistryFault, match=f"{moved} .not there"):
        require_own_places(last / "mlflow.db")


def test_a_repaired_registry_reads_and_writes_its_own_folder(registry: Path, copied: Path) -> None:
    """Nothing of the first project is read or changed from then on; a second repair finds nothing."""
    assert relocate(copied / "mlflow.db") > 0
    client = connect(f"sqlite:///{copied}/mlflow.db")
    run = only_run(client)
    (copied / "mlartifacts" / run / "artifacts" / "note.txt").write_text("changed here")
    assert Path(client.download_artifacts(run, "note.txt")).read_text() == "changed here"
    new = client.create_run(experiment_id(client)).info.run_id
    client.log_text(new, "new", "new.txt")
    assert (copied / "mlartifacts" / new / "artifacts" / "new.txt").is_file()
    assert not (registry / "mlartifacts" / new).exists()
    assert relocate(copied / "mlflow.db") == 0


def test_artifacts_that_were_not_copied_are_not_given_up(copied: Path) -> None:
    """The recorded place stays until they are here."""
    with closing(sqlite3.connect(copied / "mlflow.db")) as connection, connection:
        connection.execute(
            "insert into logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, "
            "last_updated_timestamp_ms, status, lifecycle_stage) values "
            "('m-1', 0, 'one', '/gone/mlartifacts/models/m-1/artifacts', 0, 0, 2, 'active')"
        )
    shutil.rmtree(copied / "mlartifacts")
    with pytest.raises(RegistryFault, match="mlartifacts is not there: copy the folder of artifacts"):
        relocate(copied / "mlflow.db")
    assert Foreign(Path("/gone"), 1) in foreign_places(copied / "mlflow.db")


def test_places_of_ones_own_choice_are_left_alone(copied: Path) -> None:
    """Another store, or a folder of another name, is somebody's wish."""
    relocate(copied / "mlflow.db")
    with closing(sqlite3.connect(copied / "mlflow.db")) as connection, connection:
        for number, place in enumerate(("s3://bucket/mlartifacts", "mlflow-artifacts:/1", "/srv/artifacts/1"), start=7):
            connection.execute(
                "insert into experiments (experiment_id, name, artifact_location, lifecycle_stage) "
                "values (?, ?, ?, 'active')",
                (number, f"other {number}", place),
            )
    assert foreign_places(copied / "mlflow.db") == ()


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    """With its name; a watcher goes on after a RegistryFault, and after nothing else that SQLite may say."""
    database = tmp_path / "mlflow.db"
    database.write_text("this is text, and no page of a database\n" * 100)
    for ask in (foreign_places, relocate):
        with pytest.raises(RegistryFault, match=f"{database} cannot be read: file is not a database"):
            ask(database)


def test_a_locked_database_is_a_fault(copied: Path) -> None:
    """Once SQLite has waited for it."""
    database = copied / "mlflow.db"
    with closing(sqlite3.connect(database)) as other:
        other.execute("begin exclusive")
        with pytest.raises(RegistryFault, match="cannot be read: database is locked"):
            foreign_places(database)


def test_a_repaired_address_is_one_that_can_be_read(registry: Path, tmp_path: Path) -> None:
    """Where a place is recorded as an address, signs of the new folder that mean something in one are quoted."""
    copied = shutil.copytree(registry, tmp_path / "100%25")
    with closing(sqlite3.connect(copied / "mlflow.db")) as connection, connection:
        connection.execute("update runs set artifact_uri = 'file://' || artifact_uri")
        connection.commit()
        assert relocate(copied / "mlflow.db") > 0
        ((address,),) = connection.execute("select artifact_uri from runs")
    assert address.startswith(f"file://{tmp_path}/100%2525/mlartifacts/")
    assert foreign_places(copied / "mlflow.db") == ()


def test_an_address_is_read_as_sqlalchemy_reads_it() -> None:
    """Options are for the connection, no part of the file; what is quoted is meant."""
    assert database_of("sqlite:////srv/two%20words/mlflow.db?timeout=30") == Path("/srv/two words/mlflow.db")
