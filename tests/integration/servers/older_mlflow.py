"""
A database as MLflow 2.16.2 left it: its tables by MLflow's own migrations up to that version, and rows that it wrote.

The rows were read from a database that MLflow 2.16.2 made by its client: three versions with runs, tags, stages and
aliases; only the runs have other ids. Its tables are the same as those that the migrations of here make.
"""

import json
from pathlib import Path

import mlflow
from alembic import command
from alembic.config import Config
from mlflow.store.tracking.dbmodels.initial_models import Base
from sqlalchemy import MetaData, create_engine, insert

_WRITTEN = Path(__file__).with_name("mlflow_2_16_2.json")
_MIGRATIONS = Path(mlflow.__file__).parent / "store" / "db_migrations"
_PLACE = "/ARTIFACTS/mlartifacts"


def make_older_database(url: str, artifacts: str) -> None:
    """Fill an empty database; `artifacts` is where its experiment has them."""
    written = json.loads(_WRITTEN.read_text(encoding="utf-8").replace(_PLACE, artifacts))
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    migrations = Config()
    migrations.set_main_option("script_location", str(_MIGRATIONS))
    migrations.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(migrations, written["revision"])
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for name, rows in written["rows"].items():
            connection.execute(insert(tables.tables[name]), rows)
    engine.dispose()
