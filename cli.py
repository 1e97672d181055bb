"""The `svgai` command: the composition root of everything but serving."""

from pathlib import Path
from typing import Annotated

import typer

from commands.checks.health_commands import config, doctor
from commands.checks.loadtest_command import loadtest
from commands.dashboards.dashboard_command import dashboard
from commands.delivery.delivery_commands import build, deploy, rollback, watch
from commands.delivery.image_commands import image
from commands.delivery.stack_commands import stack
from commands.models.evaluation_commands import evaluate, evaluate_tracing
from commands.models.model_folder_commands import export, validate
from commands.models.promotion_commands import gate, history, promote, status
from commands.models.training_commands import log, train
from commands.models.tuning_command import tune
from commands.served.ab_commands import ab
from commands.served.learning_commands import drift, retrain
from commands.served.quality_commands import quality
from commands.terminal.arguments import DATA, TABLE, Jobs, Json
from commands.terminal.console import Console, print_json
from commands.terminal.entry import run, show_version
from commands.terminal.shown_results import show_search
from commands.use.conversion_command import convert
from commands.use.key_commands import keys

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LEARNING, REGISTRY, DELIVERY, USE, CHECKS, SERVED = (
    *("Data and training", "Registry", "Delivery", "Use", "Checks"),
    "What was served",
)
"""The groups of the help, in the order of a day's work; those that hold commands of their own alone come last."""


@app.callback()
def main_options(
    _: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Raster logos to the smallest SVG of a target quality: data, training, registry, Bento, serving."""


@app.command(rich_help_panel=LEARNING)
def data(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = DATA,
    per_type: Annotated[int, typer.Option(min=1, help="Images of each of the four types.")] = 1500,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other images.")] = 1,
    system_fonts: Annotated[bool, typer.Option("--system-fonts", help="Also draw with the installed fonts.")] = False,
    jobs: Jobs = -1,
) -> None:
    """
    Generate labelled training images, with the SVG of each beside it. An interrupted run resumes when called again.

    A small set: svgai data --out data/small --per-type 50
    """
    from training.data.dataset_writer import write_dataset

    with Console().progress() as progress:
        write_dataset(out, per_type, seed, jobs, progress.counter("Drawing images"), system_fonts=system_fonts)
    Console().say(f"{4 * per_type} images are in {out}")


@app.command(rich_help_panel=LEARNING)
def search(
    out: Annotated[Path, typer.Option(help="Parquet file for the table of measured tracings.")] = TABLE,
    folder: Annotated[Path | None, typer.Option("--data", help="Folder of images; default: generated ones.")] = None,
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
    work: Annotated[Path, typer.Option(help="Folder for finished parts, from which a killed search resumes.")] = Path(
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

    The table is what the optimizer is trained on. Every finished image is kept: a killed search resumes. Without real
    logos: svgai search --out data/tracings.parquet
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


app.command(rich_help_panel=LEARNING)(train)
app.command(rich_help_panel=LEARNING)(tune)
app.command(rich_help_panel=LEARNING)(log)


app.command(rich_help_panel=REGISTRY)(gate)
app.command(rich_help_panel=REGISTRY)(promote)
app.command(rich_help_panel=REGISTRY)(rollback)
app.command(rich_help_panel=REGISTRY)(status)
app.command(rich_help_panel=REGISTRY)(history)
app.command(rich_help_panel=DELIVERY)(build)
app.command(rich_help_panel=DELIVERY)(deploy)
app.command(rich_help_panel=DELIVERY)(watch)
app.add_typer(stack, name="stack", rich_help_panel=DELIVERY)
app.add_typer(ab, name="ab", rich_help_panel=REGISTRY)
app.command(rich_help_panel=LEARNING)(retrain)
app.add_typer(drift, name="drift", rich_help_panel=SERVED)
app.command(rich_help_panel=USE)(export)
app.command(rich_help_panel=CHECKS)(validate)


@app.command(rich_help_panel=DELIVERY)
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
) -> None:
    """
    Serve the Bento of the versions in Production. Whatever is missing is made first: images, models, the Bento.

    On another port: svgai serve --port 3001
    """
    from commands.delivery.local_service import serve_bento
    from commands.delivery.serving_choice import ask_for_bento
    from rollout.ports import require_free

    require_free(host, port)
    serve_bento(ask_for_bento(), host, port)


app.command(rich_help_panel=USE)(convert)
app.command(rich_help_panel=CHECKS)(evaluate)
app.command("evaluate-tracing", rich_help_panel=CHECKS)(evaluate_tracing)
app.command(rich_help_panel=CHECKS)(loadtest)
app.command(rich_help_panel=CHECKS)(image)
app.add_typer(keys, name="key", rich_help_panel=USE)
app.add_typer(quality, name="quality", rich_help_panel=SERVED)
app.command(rich_help_panel=CHECKS)(doctor)
app.command(rich_help_panel=CHECKS)(config)
app.command(rich_help_panel=SERVED)(dashboard)


def main() -> None:
    """The command, as it is installed."""
    run(app)


if __name__ == "__main__":
    main()
