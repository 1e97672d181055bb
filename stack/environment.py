"""The stack's .env: what compose reads of it, and the secrets that it is made with."""

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from svgai.errors import StackFault

ENV_FILE = ".env"
PROFILES = ("monitoring", "grafana", "mlflow", "watcher", "gpu")
_SECRET_BYTES = 24
_GENERATED = (
    "POSTGRES_PASSWORD",
    "QUALITY_DB_PASSWORD",
    "MLFLOW_DB_PASSWORD",
    "REDIS_PASSWORD",
    "MLFLOW_AUTH_ADMIN_PASSWORD",
    "MLFLOW_WATCHER_PASSWORD",
    "MLFLOW_FLASK_SERVER_SECRET_KEY",
    "GRAFANA_ADMIN_PASSWORD",
    "STACK_TRIAL_TOKEN",
)
_HEADER = """\
# Written by `svgai stack init`, and never again: change what you like, then `svgai stack up`.
# Between single quotes any character may be but a single quote, a backslash and ${. This file holds secrets.
"""


@dataclass(frozen=True)
class Choice:
    """
    What is asked for when a stack is made.

    Attributes:
        image: Of the service.
        host: The name that clients reach it by.
        listen: The address of this machine that nginx listens on.
        port: For the API; MLflow and Grafana have the next two.
        subnet: The first three numbers of the network that nginx and the replicas share.
        project: The name that compose knows the stack by.
        profiles: Of PROFILES.
    """

    image: str
    host: str = "localhost"
    listen: str = "127.0.0.1"
    port: int = 8443
    subnet: str = "10.89.77"
    project: str = "svgai"
    profiles: tuple[str, ...] = ("monitoring",)


@dataclass(frozen=True)
class Environment:
    """The values of .env."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """
        A value that the stack cannot do without.

        Raises:
            StackFault: it is not there.
        """
        if not self.values.get(name):
            raise StackFault(f"{ENV_FILE} of the stack has no {name}")
        return self.values[name]

    def get(self, name: str, default: str = "") -> str:
        """A value, or else what compose.yaml has in its place."""
        return self.values.get(name) or default

    @property
    def profiles(self) -> tuple[str, ...]:
        """What runs beside the service, its database, its cache and nginx."""
        return tuple(part.strip() for part in self.get("STACK_PROFILES").split(",") if part.strip())

    @property
    def address(self) -> str:
        """Where this machine's commands reach the API."""
        listen = self.get("STACK_LISTEN", "127.0.0.1")
        host = "127.0.0.1" if listen == "0.0.0.0" else listen  # noqa: S104  # nosec B104 - compared, not bound
        return f"https://{host}:{self.get('STACK_PORT', '8443')}"

    def replicas(self, colour: str) -> tuple[str, ...]:
        """Addresses of a set's replicas, as compose.yaml gives them out."""
        first = {"blue": 11, "green": 21}[colour]
        return tuple(f"{self['STACK_SUBNET']}.{first + one}:3000" for one in (0, 1))


def read_environment(folder: Path) -> Environment:
    """
    The .env of a stack.

    Raises:
        StackFault: there is none, or it names a profile that is not known.
    """
    file = folder / ENV_FILE
    if not file.is_file():
        raise StackFault(f"there is no stack in {folder}; `svgai stack init` makes one")
    environment = Environment(
        {name: value for name, value in dotenv_values(file, interpolate=False).items() if value is not None}
    )
    require_known(environment.profiles)
    return environment


def require_known(profiles: Iterable[str]) -> None:
    """
    See that all of these are PROFILES.

    Raises:
        StackFault: one is not.
    """
    if unknown := set(profiles) - set(PROFILES):
        raise StackFault(f"STACK_PROFILES: {', '.join(sorted(unknown))} is none of {', '.join(PROFILES)}")


def new_environment(choice: Choice) -> str:
    """The text of a .env, with secrets made for it."""
    chosen = {
        "COMPOSE_PROJECT_NAME": choice.project,
        "SVGAI_IMAGE": choice.image,
        "STACK_HOST": choice.host,
        "STACK_LISTEN": choice.listen,
        "STACK_PORT": choice.port,
        "STACK_MLFLOW_PORT": choice.port + 1,
        "STACK_GRAFANA_PORT": choice.port + 2,
        "STACK_SUBNET": choice.subnet,
        "STACK_PROFILES": ",".join(choice.profiles),
    }
    made = {name: secrets.token_urlsafe(_SECRET_BYTES) for name in _GENERATED}
    made["MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return _HEADER + "".join(f"{name}='{value}'\n" for name, value in {**chosen, **made}.items())
