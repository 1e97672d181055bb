"""
Accounts and roles of MLflow's server for a team. All calls are idempotent.

    python roles.py                  the experiment, the registered models, and the roles on them
    python roles.py ann engineer     all this, and the account ann with this role; `reader` takes the roles away

The password of a new account is prompted for, or read from standard input. The administrator is
MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD; in the server's container its own variables are enough.
"""

import argparse
import getpass
import os
import sys
from dataclasses import dataclass
from typing import Any

import httpx

EXPERIMENT = "svgai"
MODELS = ("svgai-classifier", "svgai-optimizer")
READER = "reader"
LEAST_PASSWORD = 12

_WORKSPACE = "default"
_TIMEOUT_S = 30
_UNKNOWN = "RESOURCE_DOES_NOT_EXIST"


@dataclass(frozen=True)
class Role:
    """The permissions of this role beyond reading, which every account has."""

    name: str
    on_experiment: str
    on_models: str
    description: str


# MLflow requires MANAGE to remove an alias, which promotion by command and the watcher do.
ROLES = (
    Role("engineer", "EDIT", "EDIT", "logs trainings, and promotes in MLflow's pages"),
    Role("operator", "EDIT", "MANAGE", "promotes and rolls back by command, too; the watcher's own role"),
)


class Server:
    """MLflow's API for the administrator; an error ends the program with one line."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._address = address.rstrip("/")
        self._client = httpx.Client(auth=(user, password), timeout=_TIMEOUT_S)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """What is there."""
        return self._content(path, self._ask("GET", path, params=query))

    def find(self, path: str, **query: str) -> dict[str, Any] | None:
        """The same, or None if it does not exist on the server."""
        answer = self._ask("GET", path, params=query)
        unknown = answer.status_code == httpx.codes.NOT_FOUND and _UNKNOWN in answer.text
        return None if unknown else self._content(path, answer)

    def send(self, path: str, method: str = "POST", **body: object) -> dict[str, Any]:
        """Create or change something."""
        return self._content(path, self._ask(method, path, json=body))

    def _ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        try:
            return self._client.request(method, f"{self._address}/api/{path}", **parts)
        except httpx.HTTPError as fault:
            sys.exit(f"no MLflow server answers at {self._address}: {type(fault).__name__}")

    def _content(self, path: str, answer: httpx.Response) -> dict[str, Any]:
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            sys.exit(f"{self._address}: no such account or password: set MLFLOW_TRACKING_USERNAME and _PASSWORD")
        if not answer.is_success:
            sys.exit(f"{self._address}: {path} was refused: {answer.text[:300]}")
        content: dict[str, Any] = answer.json() if answer.content else {}
        return content


def make_roles(server: Server) -> dict[str, int]:
    """The roles' ids by name, on an experiment and models that are created if missing."""
    wanted_on = [("experiment", _experiment(server), "on_experiment")]
    for model in MODELS:
        if server.find("2.0/mlflow/registered-models/get", name=model) is None:
            server.send("2.0/mlflow/registered-models/create", name=model)
        wanted_on.append(("registered_model", model, "on_models"))
    present = {role["name"]: role["id"] for role in server.get("3.0/mlflow/roles/list")["roles"]}
    ids: dict[str, int] = {}
    for role in ROLES:
        name = f"svgai-{role.name}"
        if name not in present:
            made = server.send("3.0/mlflow/roles/create", workspace=_WORKSPACE, name=name, description=role.description)
            present[name] = made["role"]["id"]
        ids[role.name] = present[name]
        for kind, resource, field in wanted_on:
            _grant(server, present[name], kind, resource, getattr(role, field))
    return ids


def set_role(server: Server, account: str, role: str, ids: dict[str, int]) -> None:
    """Give an account one of our roles and remove the others; a new account is created first."""
    if server.find("2.0/mlflow/users/get", username=account) is None:
        server.send("2.0/mlflow/users/create", username=account, password=_new_password(account))
    held = {held["id"] for held in server.get("3.0/mlflow/users/roles/list", username=account)["roles"]}
    for name, role_id in ids.items():
        if name == role and role_id not in held:
            server.send("3.0/mlflow/roles/assign", username=account, role_id=role_id)
        if name != role and role_id in held:
            server.send("3.0/mlflow/roles/unassign", "DELETE", username=account, role_id=role_id)
    print(f"{account}: {role}")  # noqa: T201  # what a command is for


def _experiment(server: Server) -> str:
    found = server.find("2.0/mlflow/experiments/get-by-name", experiment_name=EXPERIMENT)
    made = found["experiment"] if found else server.send("2.0/mlflow/experiments/create", name=EXPERIMENT)
    return str(made["experiment_id"])


def _grant(server: Server, role_id: int, kind: str, resource: str, permission: str) -> None:
    for grant in server.get("3.0/mlflow/roles/permissions/list", role_id=str(role_id))["role_permissions"]:
        if (grant["resource_type"], grant["resource_pattern"]) == (kind, resource):
            if grant["permission"] != permission:
                change = {"role_permission_id": grant["id"], "permission": permission}
                server.send("3.0/mlflow/roles/permissions/update", "PATCH", **change)
            return
    grant = {"role_id": role_id, "resource_type": kind, "resource_pattern": resource, "permission": permission}
    server.send("3.0/mlflow/roles/permissions/add", **grant)


def _new_password(account: str) -> str:
    password = getpass.getpass(f"Password of {account}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < LEAST_PASSWORD:
        sys.exit(f"the password of {account} needs at least {LEAST_PASSWORD} characters")
    return password


def main() -> None:
    """Read the arguments and the environment, and run the command."""
    parser = argparse.ArgumentParser(description="Accounts and roles of MLflow's server for a team.")
    parser.add_argument("account", nargs="?")
    parser.add_argument("role", nargs="?", choices=[READER, *(role.name for role in ROLES)])
    asked = parser.parse_args()
    if asked.account and not asked.role:
        parser.error(f"name the role of {asked.account}")
    server = Server(
        os.environ.get("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000"),
        os.environ.get("MLFLOW_TRACKING_USERNAME", "admin"),
        os.environ.get("MLFLOW_TRACKING_PASSWORD") or os.environ.get("MLFLOW_AUTH_ADMIN_PASSWORD", ""),
    )
    ids = make_roles(server)
    if asked.account:
        set_role(server, asked.account, asked.role, ids)


if __name__ == "__main__":
    main()
