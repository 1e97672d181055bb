"""MLflow as deploy/mlflow starts it: accounts, what each role may do, and what is refused."""

from itertools import count
from pathlib import Path

import httpx
import psutil
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from registry.gates.judgement import Gates
from registry.gates.thresholds import load_thresholds
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.stages import move
from registry.mlflow_store.versions import CLASSIFIER, list_versions
from registry.promotion.moves import promote
from registry.training_runs.tracking import LoggedVersion, log_training
from svgai.errors import RegistryFault
from tests.integration.servers.team_server import ADMIN_PASSWORD, ORIGIN, TeamServer, start
from tests.integration.servers.trained_folders import CONTRACT, train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    *MLFLOW_WARNINGS,
]

PASSWORD = "twelve-signs"
SEEDS = count()
"""Each test logs another model."""


class Team:
    """A server with one account of each role, and who acts now."""

    def __init__(self, server: TeamServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self._server, self._monkeypatch = server, monkeypatch

    def acts(self, account: str, password: str = PASSWORD) -> MlflowClient:
        self._monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", account)
        self._monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", password)
        return connect(self._server.uri)


@pytest.fixture(scope="module")
def accounts(team_server: TeamServer) -> TeamServer:
    """The server with one account of each role."""
    for account, role in (("rita", "reader"), ("ed", "engineer"), ("olga", "operator")):
        made = team_server.roles(account, role, password=PASSWORD)
        assert made.returncode == 0, made.stderr
    return team_server


@pytest.fixture
def team(accounts: TeamServer, monkeypatch: pytest.MonkeyPatch) -> Team:
    return Team(accounts, monkeypatch)


@pytest.fixture
def version(team: Team, team_server: TeamServer, tmp_path: Path) -> LoggedVersion:
    """A version that the engineer logged."""
    team.acts("ed")
    return log_training(train("classifier", tmp_path / "run", seed=next(SEEDS)), team_server.uri)


def test_nothing_starts_without_its_secrets(tmp_path: Path) -> None:
    """Everything that is missing is named, each with what to do, and no secret has a default."""
    server = start({"PGHOST": "127.0.0.1"}, tmp_path / "log")
    assert server.wait(timeout=120) == 64
    told = (tmp_path / "log").read_text()
    for name in ("PGPASSWORD", "MLFLOW_AUTH_ADMIN_PASSWORD", "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY"):
        assert f"  {name}: " in told
    assert "PGHOST" not in told


def test_roles_can_be_made_again(team: Team, team_server: TeamServer) -> None:
    """An account that has its role keeps it, and its password; nothing is asked for."""
    again = team_server.roles("ed", "engineer")
    assert (again.returncode, again.stdout) == (0, "ed: engineer\n")
    assert list_versions(team.acts("ed"), CLASSIFIER) is not None


def test_short_password_makes_no_account(team_server: TeamServer) -> None:
    """The least length is told."""
    refused = team_server.roles("mallory", "reader", password="short")
    assert refused.returncode == 1
    assert "at least 12 characters" in refused.stderr


def test_engineer_logs_into_the_shared_experiment(team: Team, version: LoggedVersion) -> None:
    """It is the administrator's: the engineer cannot delete it, and a reader cannot log into it."""
    engineer = team.acts("ed")
    experiment = engineer.get_run(version.run_id).info.experiment_id
    with pytest.raises(MlflowException, match="Permission denied"):
        engineer.delete_experiment(experiment)
    with pytest.raises(MlflowException, match="Permission denied"):
        team.acts("rita").create_run(experiment)


def test_reader_moves_nothing(team: Team, version: LoggedVersion) -> None:
    """A reader sees every version, and neither its stage nor its aliases change by the reader's hand."""
    reader = team.acts("rita")
    with pytest.raises(RegistryFault, match="ask for a role that may"):
        move(reader, CLASSIFIER, version.version, "Production", archive=False)
    alias = {"name": CLASSIFIER, "alias": "production", "version": str(version.version)}
    answer = httpx.post(
        f"{reader.tracking_uri}/api/2.0/mlflow/registered-models/alias", json=alias, auth=("rita", PASSWORD), timeout=60
    )
    assert answer.status_code == 403
    seen = next(found for found in list_versions(reader, CLASSIFIER) if found.number == version.version)
    assert (seen.stage, seen.aliases) == ("None", ())


def test_engineer_promotes_as_the_pages_do(team: Team, version: LoggedVersion) -> None:
    """By stage and by alias; MLflow cannot keep Production from who may log, so the gates stand behind that."""
    engineer = team.acts("ed")
    move(engineer, CLASSIFIER, version.version, "Production", archive=False)
    engineer.set_registered_model_alias(CLASSIFIER, "production", str(version.version))
    seen = next(found for found in list_versions(engineer, CLASSIFIER) if found.number == version.version)
    assert (seen.stage, seen.aliases) == ("Production", ("production",))


def test_operator_promotes_by_command(team: Team, version: LoggedVersion) -> None:
    """From None to Production, which gives the alias `staging` and takes it away again."""
    operator = team.acts("olga")
    judge = Gates(operator, load_thresholds(), CONTRACT)
    done = promote(
        operator, CLASSIFIER, version.version, to="Production", actor=Actor(by="olga", via="cli"), judge=judge
    )
    assert done.version == version.version
    assert operator.get_registered_model(CLASSIFIER).aliases == {"production": str(version.version)}


def test_wrong_password_says_what_to_set(team: Team) -> None:
    """The variables are named, the password is not."""
    with pytest.raises(RegistryFault, match="MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD") as fault:
        list_versions(team.acts("ed", "not-the-password"), CLASSIFIER)
    assert "not-the-password" not in str(fault.value)


@pytest.mark.parametrize("host, status", [("mlflow.example.com", 200), ("rebound.example.net", 403)])
def test_server_answers_under_its_own_names_only(team_server: TeamServer, host: str, status: int) -> None:
    """So a page elsewhere cannot reach it by a name of its own that leads here."""
    answer = httpx.get(
        f"{team_server.uri}/api/2.0/mlflow/experiments/get",
        params={"experiment_id": "0"},
        headers={"Host": host},
        auth=("admin", ADMIN_PASSWORD),
        timeout=60,
    )
    assert answer.status_code == status


@pytest.mark.parametrize("origin, status", [(ORIGIN, 200), ("https://elsewhere.example.net", 403)])
def test_clicks_come_from_its_own_pages_only(
    version: LoggedVersion, team_server: TeamServer, origin: str, status: int
) -> None:
    """A browser that is signed in does nothing for the pages of others."""
    answer = httpx.post(
        f"{team_server.uri}/ajax-api/2.0/mlflow/registered-models/alias",
        json={"name": CLASSIFIER, "alias": "looked-at", "version": str(version.version)},
        headers={"Origin": origin},
        auth=("ed", PASSWORD),
        timeout=60,
    )
    assert answer.status_code == status


@pytest.mark.usefixtures("team_server")
def test_password_is_in_no_list_of_processes() -> None:
    """Everybody on a machine can read those."""
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    assert [line for line in lines if "postgresql+psycopg2://" in line]
    assert not [line for line in lines if "pass/w" in line]
