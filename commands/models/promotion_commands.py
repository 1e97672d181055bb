"""`svgai gate`, `promote`, `status` and `history`: the versions in the registry."""

from typing import Annotated

import typer

from commands.delivery.local_delivery import serving_here
from commands.local.local_registry import command_user, gates, registry_of
from commands.terminal.arguments import Json, Model, OneModel, one_of, registered_name
from commands.terminal.console import Console, print_json
from commands.terminal.shown_results import (
    show_history,
    show_models,
    show_promotion,
    show_serving,
    show_verdict,
    show_watcher,
)
from svgai.settings import load_settings


def gate(
    model: Model,
    version: Annotated[int, typer.Argument(help="Its version in MLflow.")],
    to: Annotated[str, typer.Option(help="staging or production: the version there is compared with.")] = "production",
    as_json: Json = False,
) -> None:
    """
    Show every check of the gates on a version, failed ones with their reason. The registry is not changed.

    Before it is promoted: svgai gate classifier 3
    """
    from registry.mlflow_store.light_import import without_pandas

    one_of(to, ("staging", "production"))
    with without_pandas():
        from registry.mlflow_store.versions import get_version, list_versions
        from registry.promotion.moves import standing_beside

        client, name = registry_of(load_settings()), registered_name(model)
        judge = gates(client)
    versions = list_versions(client, name)
    candidate = get_version(versions, name, version)
    replaced, notes = standing_beside(versions, candidate, "Staging" if to == "staging" else "Production")
    verdict = judge(candidate, replaced)
    show_verdict(Console(quiet=as_json), f"{candidate}, for {to}", verdict, notes)
    if as_json:
        compared = replaced.number if replaced else None
        print_json({"passed": verdict.passed, "compared_with": compared, "checks": verdict.checks, "notes": notes})
    if not verdict.passed:
        raise typer.Exit(1)


def promote(
    model: Model,
    version: Annotated[int | None, typer.Option(help="Version to promote; default: the newest.")] = None,
    to: Annotated[str, typer.Option(help="staging or production.")] = "production",
    as_json: Json = False,
) -> None:
    """
    Gate a version and move it to a stage; the version that was there is archived. All failed reasons are listed.

    The newest: svgai promote classifier
    """
    from registry.mlflow_store.light_import import without_pandas

    one_of(to, ("staging", "production"))
    with without_pandas():
        from registry.promotion.moves import promote as promote_version

        client = registry_of(load_settings())
        judge = gates(client)
    promotion = promote_version(
        client,
        registered_name(model),
        version,
        to="Staging" if to == "staging" else "Production",
        actor=command_user(),
        judge=judge,
    )
    show_promotion(Console(quiet=as_json), promotion)
    if as_json:
        print_json(promotion)


def status(as_json: Json = False) -> None:
    """
    Show all versions with verdict, figures and who promoted them, what serves here, and whether a watcher is alive.

    Nothing is made or changed. For machines: svgai status --json
    """
    from commands.delivery.watcher_life import watcher_here
    from registry.mlflow_store.light_import import without_pandas

    settings, console = load_settings(), Console(quiet=as_json)
    with without_pandas():
        from registry.promotion.status import status as registry_status

        models = registry_status(registry_of(settings))
    serving, watcher = serving_here(settings), watcher_here()
    if as_json:
        life = None if watcher is None else {**watcher.model_dump(mode="json"), "alive": watcher.alive}
        print_json({"models": models, "deployment": serving, "watcher": life})
    else:
        show_models(console, models)
        show_serving(console, serving)
        show_watcher(console, watcher)


def history(
    model: OneModel = None,
    last: Annotated[int, typer.Option(min=1, help="Number of latest events.")] = 50,
    as_json: Json = False,
) -> None:
    """
    Show promotions with user, time and origin, rejections by the gates, and deployed Bentos.

    The last ten events of one model: svgai history classifier --last 10
    """
    from registry.mlflow_store.light_import import without_pandas

    with without_pandas():
        from registry.promotion.history import history as registry_history

    events = registry_history(registry_of(load_settings()), registered_name(model) if model else None)[-last:]
    if as_json:
        print_json(events)
    else:
        show_history(Console(), events)
