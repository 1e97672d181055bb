"""`svgai stack`: the whole stack on one machine, by compose."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.terminal.arguments import Json
from commands.terminal.console import Console, print_json
from svgai.errors import StackFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from stack.compose import Compose
    from stack.proxy import StackProxy

stack = typer.Typer(help="The whole stack on one machine, by compose.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--folder", help="The stack's folder.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the compose commands that would change something, without running them.")
]
FOLDER = Path(".svgai/stack")


@stack.callback()
def _group() -> None:
    """The whole stack on one machine, by compose: service, nginx, PostgreSQL, Redis, MLflow, Prometheus, backups."""


@stack.command()
def init(
    image: Annotated[str, typer.Option(help="Image of the service: what `bentoml containerize` made.")],
    folder: Folder = FOLDER,
    host: Annotated[str, typer.Option(help="Name that clients reach it by.")] = "localhost",
    listen: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65533, help="Port of the API; MLflow and Grafana have the next two.")
    ] = 8443,
    subnet: Annotated[str, typer.Option(help="First three numbers of the network behind nginx.")] = "10.89.77",
    project: Annotated[str, typer.Option(help="Name that compose knows it by.")] = "svgai",
    profiles: Annotated[
        str, typer.Option(help="What else to run, comma-separated: monitoring, grafana, mlflow, watcher, gpu.")
    ] = "monitoring",
) -> None:
    """
    Make the folder of a stack: compose's files, and a .env with secrets, which is never overwritten.

    With MLflow: svgai stack init --image svgai:1 --profiles monitoring,mlflow
    """
    from stack.environment import Choice, read_environment
    from stack.installation import make, refresh

    names = tuple(name.strip() for name in profiles.split(",") if name.strip())
    make(folder, Choice(image, host, listen, port, subnet, project, names))
    refresh(folder, read_environment(folder))
    Console().say(f"{folder} holds the stack; look at {folder / '.env'}, then: svgai stack up")


@stack.command()
def up(folder: Folder = FOLDER, dry_run: DryRun = False) -> None:
    """Start all services that should run, and wait until they are healthy. May be called at any time."""
    from stack.life import start
    from stack.release import read_release
    from stack.upgrade import Upgrade

    compose, proxy = _stack(folder, dry_run=dry_run)
    console = Console()
    with _alone(folder, console):
        start(compose, proxy, console.tell)
        release = read_release(folder)
        if release is not None and not dry_run:
            Upgrade(compose, proxy, console.tell).recover()


@stack.command()
def status(folder: Folder = FOLDER, as_json: Json = False) -> None:
    """Show the current and the previous image, and whether each service is healthy; exit code 1 if one is not."""
    from stack.life import standing
    from stack.upgrade import Upgrade

    compose, proxy = _stack(folder)
    console = Console(quiet=as_json)
    release = Upgrade(compose, proxy, console.tell).release
    seen = standing(compose, release)
    if as_json:
        print_json({"address": compose.environment.address, "release": release, "services": seen})
    else:
        console.rows(
            f"{release.image} at {compose.environment.address} ({release.phase})",
            ("service", "healthy"),
            [(one.service, "yes" if one.healthy else "no") for one in seen],
        )
    if not all(one.healthy for one in seen):
        raise typer.Exit(1)


@stack.command()
def verify(folder: Folder = FOLDER, as_json: Json = False) -> None:
    """Verify a running stack: health, TLS, models, answers, cache, metrics, quality store, limits, alerts."""
    from stack.upgrade import Upgrade
    from stack.verification import Verification

    compose, proxy = _stack(folder)
    console = Console(quiet=as_json)
    seen = []
    for one in Verification(compose, proxy, Upgrade(compose, proxy, console.tell).release).run():
        seen.append(one)
        console.tell(f"{'good' if one.good else 'BAD '}  {one.check}: {one.detail}")
    if as_json:
        print_json(seen)
    if bad := [one.check for one in seen if not one.good]:
        raise StackFault(f"not as promised: {', '.join(bad)}")


@stack.command()
def upgrade(
    image: Annotated[str, typer.Argument(help="New image of the service.")],
    folder: Folder = FOLDER,
    canary: Annotated[int, typer.Option(min=0, max=50, help="Percentage of requests that it gets first.")] = 10,
    observe: Annotated[float, typer.Option(min=0, help="Seconds that it is observed with these.")] = 30,
    dry_run: DryRun = False,
) -> None:
    """
    Deploy another image without a failed request; if it was interrupted, call it again.

    With a canary: svgai stack upgrade svgai:2 --canary 5 --observe 300
    """
    from rollout.observation import Care
    from stack.upgrade import Upgrade

    compose, proxy = _stack(folder, dry_run=dry_run)
    console = Console()
    with _alone(folder, console):
        Upgrade(compose, proxy, console.tell).to(image, Care(canary, observe))


@stack.command()
def rollback(folder: Folder = FOLDER, dry_run: DryRun = False) -> None:
    """Roll back to the previous image, without a failed request."""
    from stack.upgrade import Upgrade

    compose, proxy = _stack(folder, dry_run=dry_run)
    console = Console()
    with _alone(folder, console):
        Upgrade(compose, proxy, console.tell).roll_back()


@stack.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Archive to write; it holds the stack's secrets.")],
    folder: Folder = FOLDER,
    with_image: Annotated[bool, typer.Option("--with-image", help="Also keep the service's image.")] = False,
) -> None:
    """
    Write databases, artifacts, models and settings into one file, with their digests, while the stack serves.

    For a machine without a registry of images: svgai stack backup stack.tar --with-image
    """
    from stack.archive import save

    compose, _ = _stack(folder)
    console = Console()
    with _alone(folder, console):
        save(compose, file, with_image=with_image)
    console.say(f"{file} holds the stack, with its secrets: keep it to yourself")


@stack.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Archive that `svgai stack backup` wrote.")], folder: Folder = FOLDER
) -> None:
    """Restore the stack of an archive on a machine that has none, start it, and check its models."""
    from stack.archive import require_models
    from stack.archive import restore as put_back
    from stack.life import start
    from stack.proxy import StackProxy

    console = Console()
    compose = put_back(file, folder, console.tell, _shown(dry_run=False))
    start(compose, StackProxy(compose), console.tell)
    require_models(compose, file)
    console.tell("it serves the models of the archive; svgai stack verify tries the rest")


@stack.command()
def down(
    folder: Folder = FOLDER,
    volumes: Annotated[bool, typer.Option("--volumes", help="Also remove all data.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Stop all containers, after requests in progress; `svgai stack up` starts them again."""
    from stack.life import end

    compose, _ = _stack(folder, dry_run=dry_run)
    with _alone(folder, Console()):
        end(compose, volumes=volumes)


@stack.command()
def ai(
    position: Annotated[str, typer.Argument(metavar="on|off", help="Whether conversions use the models.")],
    folder: Folder = FOLDER,
    dry_run: DryRun = False,
) -> None:
    """
    Switch the models off or on in all replicas; without them conversions use fixed parameters.

    If something is wrong with the models: svgai stack ai off
    """
    from commands.terminal.arguments import one_of
    from stack.life import switch_models

    one_of(position, ("on", "off"))
    compose, _ = _stack(folder, dry_run=dry_run)
    switch_models(compose, on=position == "on")
    Console().say(f"the models are {'in' if position == 'on' else 'out of'} use in two seconds at most")


def _stack(folder: Path, *, dry_run: bool = False) -> "tuple[Compose, StackProxy]":
    from stack.compose import find_compose
    from stack.environment import read_environment
    from stack.proxy import StackProxy

    compose = find_compose(folder, read_environment(folder), _shown(dry_run=dry_run), dry=dry_run)
    return compose, StackProxy(compose)


def _shown(*, dry_run: bool) -> "Callable[[str], None]":
    return typer.echo if dry_run else lambda _: None


def _alone(folder: Path, console: Console) -> "AbstractContextManager[None]":
    from rollout.exclusion import Exclusion

    return Exclusion(folder, console.tell).alone()
