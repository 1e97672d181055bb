"""The `svgai` command: the composition root of everything that is not serving."""

from pathlib import Path
from typing import Annotated

import typer

from commands.conversion_command import convert
from commands.delivery_commands import build, deploy, rollback, watch
from commands.doctor_command import doctor
from commands.evaluation_commands import evaluate, evaluate_tracing
from commands.image_commands import image
from commands.key_commands import keys
from commands.loadtest_command import loadtest
from commands.model_folder_commands import export, validate
from commands.promotion_commands import gate, history, promote, status
from commands.terminal.arguments import DATA, RUNS, TABLE, Jobs, Json, one_of
from commands.terminal.console import Console, print_json
from commands.terminal.entry import run
from commands.terminal.shown_results import show_search, show_settings
from svgai.settings import Settings, load_settings

app = typer.Typer(
    help="Raster logos to the smallest SVG of a promised quality: data, training, registry, Bento, serving.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def data(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = DATA,
    per_type: Annotated[int, typer.Option(min=1, help="Images of each of the four types.")] = 1500,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other images.")] = 1,
    system_fonts: Annotated[bool, typer.Option("--system-fonts", help="Also draw with the installed fonts.")] = False,
    jobs: Jobs = -1,
) -> None:
    """Generate labelled training images, with the SVG of each beside it. May be stopped and called again."""
    from training.data.dataset_writer import write_dataset

    with Console().progress() as progress:
        write_dataset(out, per_type, seed, jobs, progress.counter("Drawing images"), system_fonts=system_fonts)
    Console().say(f"{4 * per_type} images are in {out}")


@app.command()
def search(
    out: Annotated[Path, typer.Option(help="Parquet file for the table of measured tracings.")] = TABLE,
    folder: Annotated[Path | None, typer.Option("--data", help="Folder of images; left out: generated ones.")] = None,
    real: Annotated[
        Path | None,
        typer.Option(help="Folder of real logos: every second image is one of a brand that is not held out."),
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="JSON file with the types of the real logos.")] = None,
    pool: Annotated[int, typer.Option(min=2, help="Random tracings to choose from.")] = 240,
    pool_images: Annotated[
        int, typer.Option(min=4, help="Images to choose on: all of the pool on a quarter, its best third on all.")
    ] = 80,
    portfolio: Annotated[int, typer.Option(min=1, help="Tracings to keep.")] = 32,
    images: Annotated[int, typer.Option(min=40, help="Images that the portfolio is measured on.")] = 300,
    quarter_images: Annotated[
        int, typer.Option(min=0, help="Further images that a quarter of the portfolio is measured on.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other images and tracings.")] = 3,
    work: Annotated[Path, typer.Option(help="Folder for finished parts: a killed search goes on there.")] = Path(
        "data/search"
    ),
    jobs: Jobs = -1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="tcp://host:port of a Dask scheduler, whose workers have svgai installed, in place of --jobs."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Measure tracings on images: a random pool first, then the portfolio that loses least against it.

    The table is what the optimizer is trained on. Every finished image is kept: a killed search may be repeated.
    """
    from training.data.real_images import RealImages
    from training.pipeline import search_tracings
    from training.search.portfolio_search import SearchSizes

    console = Console(quiet=as_json)
    sizes = SearchSizes(pool, pool_images, portfolio, images, quarter_images)
    with console.progress() as progress:
        found = search_tracings(
            out,
            work,
            folder,
            RealImages(real, labels) if real else None,
            sizes,
            seed,
            jobs,
            scheduler,
            progress.stages(),
        )
    if as_json:
        print_json(found.as_dict())
    else:
        show_search(console, found, out)


@app.command()
def train(
    what: Annotated[str, typer.Argument(help="classifier, optimizer or all.")] = "all",
    folder: Annotated[Path, typer.Option("--data", help="Folder of labelled images for the classifier.")] = DATA,
    also: Annotated[list[Path] | None, typer.Option(help="Further folders of labelled images to join.")] = None,
    table: Annotated[Path, typer.Option(help="Table of measured tracings for the optimizer.")] = TABLE,
    out: Annotated[Path, typer.Option(help="Folder for the trained models.")] = RUNS,
    log: Annotated[bool, typer.Option(help="Log the models to MLflow.")] = True,
) -> None:
    """Train the models and log them to MLflow as new versions. Nothing is promoted."""
    settings = _settings()
    console = Console()
    one_of(what, ("classifier", "optimizer", "all"))
    from training.pipeline import train_one

    for kind in ("classifier", "optimizer"):
        if what not in (kind, "all"):
            continue
        with console.progress() as progress:
            record = train_one(kind, [folder, *(also or [])], table, out / kind, progress.stages())
        console.table(f"{kind}, held-out", {name: round(value, 4) for name, value in record.metrics.items()})
        if log:
            from registry.mlflow_store.tracking import log_training

            with console.waiting(f"Logging the {kind} to MLflow"):
                logged = log_training(out / kind, settings.mlflow_tracking_uri)
            console.say(f"logged as {logged.name} version {logged.version}")


app.command()(evaluate)
app.command("evaluate-tracing")(evaluate_tracing)


app.command()(gate)
app.command()(promote)
app.command()(rollback)
app.command()(status)
app.command()(history)
app.command()(build)
app.command()(deploy)
app.command()(watch)
app.command()(export)
app.command()(validate)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
) -> None:
    """Serve the Bento of the versions in Production. What it lacks is made first: images, models, the Bento."""
    from commands.local.local_service import serve_bento
    from commands.local.serving_choice import ask_for_bento
    from rollout.ports import require_free

    require_free(host, port)
    serve_bento(ask_for_bento(), host, port)


app.command()(convert)
app.command()(loadtest)
app.command()(image)
app.add_typer(keys, name="key")
app.command()(doctor)


@app.command()
def config(as_json: Json = False) -> None:
    """Show every setting with its value, where it comes from and what it does."""
    settings = _settings()
    if as_json:
        print_json(settings.public())
    else:
        show_settings(Console(), settings)


def _settings() -> Settings:
    return load_settings()


def main() -> None:
    """The command, as it is installed."""
    run(app)


if __name__ == "__main__":
    main()
