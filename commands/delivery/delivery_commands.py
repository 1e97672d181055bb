"""`svgai build`, `deploy`, `rollback` and `watch`: builds and deploys the versions in Production."""

import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.delivery.local_delivery import (
    KEPT,
    BuildOnly,
    build_here,
    challengers_for,
    deployed_address,
    deployment_here,
    deployment_of,
    prove,
)
from commands.local.local_registry import command_user, gates, registry_of
from commands.terminal.arguments import Json, Keep, OneModel, registered_name
from commands.terminal.console import Console, print_json
from commands.terminal.shown_results import show_promotion
from svgai.errors import DeploymentFault, RegistryFault
from svgai.settings import load_settings

Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="Port for clients; default: that of the current deployment, else 3000."),
]
Host = Annotated[
    str | None,
    typer.Option(help="Address for clients; default: that of the current deployment, else 127.0.0.1."),
]
Canary = Annotated[
    int, typer.Option(min=0, max=50, metavar="PERCENT", help="Percentage of requests that a new Bento gets first.")
]
REGISTRY_BEHIND = 3
"""Exit code of a rollback that serves, but is not yet in the registry."""

Observe = Annotated[float, typer.Option(min=0, help="Seconds that a new Bento is observed for failures.")]


def build(
    version: Annotated[str | None, typer.Option(help="The Bento's version; default: derived from its content.")] = None,
    gpu: Annotated[bool, typer.Option("--gpu", help="For images that use an NVIDIA GPU where there is one.")] = False,
    keep: Keep = KEPT,
    as_json: Json = False,
) -> None:
    """
    Build a Bento from exactly the versions that are in Production, and test it with three images.

    With AB_TESTING_ENABLED it also has those in Staging, as challengers.

    For images with CUDA: svgai build --gpu
    """
    from registry.bento.bento_builder import build_bento

    settings, console = load_settings(), Console(quiet=as_json)
    with console.waiting("Building the Bento"):
        client = registry_of(settings)
        built = build_bento(
            client,
            Path.cwd(),
            version=version,
            variant="gpu" if gpu else "cpu",
            challengers=challengers_for(client, settings),
        )
    with console.waiting(f"Testing {built.tag}"):
        prove(built.tag, settings, keep)
    word = "built" if built.created else "found"
    console.say(f"{word} {built.tag}; put it into an image with: bentoml containerize {built.tag}")
    if as_json:
        print_json(built)


def deploy(
    bento: Annotated[
        str | None, typer.Argument(help="Tag of a Bento of the versions in Production; default: it is built.")
    ] = None,
    host: Host = None,
    port: Port = None,
    canary: Canary = 0,
    observe: Observe = 60,
    keep: Keep = KEPT,
    stop: Annotated[bool, typer.Option("--stop", help="Stop service and proxy, after requests in progress.")] = False,
) -> None:
    """
    Put the versions in Production into service behind nginx, without a failed request.

    A Bento that does not become ready, fails its smoke test or answers with too many errors is rolled back, and the
    registry with it; the previous service keeps running until then. With a canary: svgai deploy --canary 10 --observe
    120
    """
    from registry.bento.bento_builder import held_models, stored_bento
    from registry.delivery.production_delivery import deliver, serves
    from registry.mlflow_store.versions import in_production

    settings, console = load_settings(), Console()
    at = deployed_address()
    deployment = deployment_of(
        settings, console.tell, host=host or at.host, port=port or at.port, canary=canary, observe=observe, keep=keep
    )
    if stop:
        deployment.stop()
        return
    client = registry_of(settings)
    production = in_production(client)
    make = build_here(settings, console.tell)
    if bento is not None:
        given = stored_bento(bento)
        if given is None or not serves(production, held_models, bento):
            held = ", ".join(map(str, production))
            raise RegistryFault(f"{bento} does not hold what is in Production ({held}): promote its versions first")
        make = lambda: given  # noqa: E731
    deliver(client, production, make, held_models, deployment, command_user())


def rollback(model: OneModel = None, as_json: Json = False) -> None:
    """
    Roll back to the previous Bento, and the registry with it.

    If MLflow cannot be reached, the Bento serves all the same, the registry follows later, and the exit code is 3.

    With a model, only move its previous version back to Production; the watcher, or `svgai deploy`, then serves it:
    svgai rollback classifier
    """
    from registry.bento.bento_builder import held_models
    from registry.delivery.production_delivery import follow_live, record_delivery
    from registry.mlflow_store.versions import in_production
    from registry.promotion.moves import rollback as roll_back

    settings, console = load_settings(), Console(quiet=as_json)
    if model:
        promotion = roll_back(registry_of(settings), registered_name(model), actor=command_user())
        show_promotion(console, promotion)
        if as_json:
            print_json(promotion)
        return
    deployment = deployment_here(settings, console.tell)
    if deployment is None:
        raise DeploymentFault("the former Bento", ("nothing is deployed from this folder; name a model",))

    behind = False

    def tell_registry(tag: str) -> None:
        nonlocal behind
        console.say(f"{tag} serves at {deployment.address}")
        try:
            client = registry_of(settings)
            follow_live(client, held_models, deployment, command_user(), "rolled back with its Bento")
            production = in_production(client)
            record_delivery(client, production, tag, deployment, command_user())
        except RegistryFault as fault:
            behind = True
            console.say(f"it serves; the registry will follow when `svgai watch` looks next: {escape(str(fault))}")

    tag = deployment.roll_back(tell_registry)
    if as_json:
        print_json({"bento": tag, "address": deployment.address, "registry_behind": behind})
    if behind:
        raise typer.Exit(REGISTRY_BEHIND)


def watch(
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between checks of the registry.")] = 5,
    once: Annotated[bool, typer.Option("--once", help="Check once, complete all pending work, and exit.")] = False,
    serve: Annotated[bool, typer.Option("--deploy/--no-deploy", help="Deploy here, or only build the Bento.")] = True,
    host: Host = None,
    port: Port = None,
    canary: Canary = 0,
    observe: Observe = 60,
    keep: Keep = KEPT,
) -> None:
    """
    Watch the registry: gate promotions made in MLflow, complete or undo them, build a Bento and deploy it.

    With AB_TESTING_ENABLED challengers are taken from Staging, and one that breaks a guardrail is stopped. With
    ONLINE_LEARNING_ENABLED the optimizer is retrained on served conversions, weekly and after input drift.

    May be killed and restarted at any time, and run twice. While MLflow cannot be reached it waits, and logs that. Only
    pending work: svgai watch --once
    """
    from commands.delivery.watcher_life import note_look
    from registry.bento.bento_builder import held_challengers, held_models
    from registry.delivery.watcher import Watcher

    settings, console = load_settings(), Console()
    at = deployed_address()
    deployment = (
        deployment_of(
            settings,
            console.tell,
            host=host or at.host,
            port=port or at.port,
            canary=canary,
            observe=observe,
            keep=keep,
        )
        if serve
        else BuildOnly(settings, keep)
    )
    watcher = Watcher(
        connect=lambda: registry_of(settings),
        judge=gates,
        build=build_here(settings, console.tell),
        models_of=held_models,
        deployment=deployment,
        say=console.tell,
        looked=lambda fault: note_look(every, fault),
        challengers_of=held_challengers if settings.ab_testing_enabled else None,
    )
    guard = None
    if settings.ab_testing_enabled:
        from commands.served.experiment_guard import guard_here

        guard = guard_here(settings, console.tell)
    learner = None
    if settings.online_learning_enabled:
        from commands.served.retraining_here import learner_here

        learner = learner_here(settings, console.tell)
    if once:
        if guard is not None:
            guard.look()
        watcher.look()
        if learner is not None:
            learner.look()
        return
    # Everything may be interrupted: the next check continues from there.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console.tell(f"watching {settings.public()['mlflow_tracking_uri']} every {every:g} s; Ctrl-C ends it")
    if guard is not None:
        # In separate threads: the watcher may be busy with a Bento for minutes.
        threading.Thread(target=guard.watch, args=(threading.Event(),), name="guard", daemon=True).start()
    if learner is not None:
        threading.Thread(target=learner.watch, args=(threading.Event(),), name="learner", daemon=True).start()
    with suppress(KeyboardInterrupt):
        watcher.watch(every, threading.Event())
