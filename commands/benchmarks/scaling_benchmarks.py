"""
How many replicas a load needs: `python -m commands.benchmarks scaling costs`, stores, queue, fleets and capacity.

The last two read the measurements of the first two from their files.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands.benchmarks.arguments import Count, Images, Side
from commands.benchmarks.measured import Report, Result, require_place, show_together
from commands.checks.load_images import png_images
from commands.terminal.arguments import Json
from commands.terminal.console import Console
from loadtests.scaling.capacity import Prices, capacity_for
from loadtests.scaling.image_costs import ImageCosts, measure_image_costs
from loadtests.scaling.queue_check import check_queue
from loadtests.scaling.scaling_report import (
    autoscalers_table,
    capacities_table,
    checks_table,
    costs_table,
    queues_table,
    stores_table,
)
from loadtests.scaling.scenarios import try_autoscalers, try_queues
from loadtests.scaling.shared_stores import StoreCosts, measure_shared_stores
from svgai.errors import DatasetFault
from svgai.whole_files import write_whole

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)

SIDES = (64, 256, 512, 1024, 2048)
GENERATED, OWN = "generated", "real logos"
RATES = (1.0, 100.0, 10_000.0)

CostsFile = Annotated[Path, typer.Option("--costs", help="File of measured costs.")]
COSTS_FILE = Path("data/scaling-costs.json")
StoresFile = Annotated[Path, typer.Option("--stores", help="File of measured use of shared stores.")]
STORES_FILE = Path("data/scaling-stores.json")


@app.command()
def costs(
    images: Images = None,
    count: Count = 16,
    seconds: Annotated[float, typer.Option(min=1, help="How long classify and optimize are asked each.")] = 4,
    out: CostsFile = COSTS_FILE,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Processor time and memory of images of 64 to 2048 px: generated ones, and those of the folder."""
    require_place(report, "costs")
    kinds = ({OWN: images} if images else {}) | {GENERATED: None}
    measured: dict[str, list[ImageCosts]] = {}
    with Console(quiet=as_json).progress() as bars:
        progress = bars.counter("Measuring")
        for kind, folder in kinds.items():
            for side in SIDES:
                files = png_images(folder, count, side)
                with tempfile.TemporaryDirectory(prefix="svgai-scaling-") as place:
                    found = measure_image_costs(side, files, Path(place) / "service.log", seconds)
                measured.setdefault(kind, []).append(found)
                _keep(out, _costs_figures(measured))
                progress(sum(map(len, measured.values())), len(kinds) * len(SIDES))
    Result("costs", _costs_figures(measured), costs_table(measured)).show(report, as_json=as_json)


@app.command()
def stores(
    images: Images = None,
    count: Count = 4,
    side: Side = 256,
    rows: Annotated[int, typer.Option(min=1000, help="Rows to write.")] = 10_000,
    out: StoresFile = STORES_FILE,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Use of a shared PostgreSQL and Prometheus by each service."""
    require_place(report, "stores")
    files = png_images(images, count, side)
    with Console(quiet=as_json).waiting("Writing rows, and converting beside PostgreSQL"):
        found = measure_shared_stores(files, rows)
    _keep(out, asdict(found))
    Result("stores", asdict(found), stores_table(found)).show(report, as_json=as_json)


@app.command()
def queue(
    images: Images = None,
    count: Count = 60,
    side: Side = 256,
    cores: Annotated[list[int], typer.Option(help="Cores of the service; may be given several times.")] = [1, 2],  # noqa: B006
    load: Annotated[list[float], typer.Option(help="Arrival rates, as multiples of the capacity.")] = [0.6, 1.0, 2.0],  # noqa: B006
    seconds: Annotated[float, typer.Option(min=5, help="How long each load lasts.")] = 40,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """A real service under loads, compared with its model under the same arrivals."""
    require_place(report, "queue")
    files = png_images(images, count, side)
    cases = [(some, times) for some in cores for times in load]
    checks = []
    with Console(quiet=as_json).progress() as bars:
        progress = bars.counter("Loading")
        for some, times in cases:
            with tempfile.TemporaryDirectory(prefix="svgai-scaling-") as place:
                checks.append(check_queue(some, times, files, seconds, Path(place) / "service.log"))
            progress(len(checks), len(cases))
    Result("queue", [asdict(check) for check in checks], checks_table(checks)).show(report, as_json=as_json)


@app.command()
def fleets(
    measured: CostsFile = COSTS_FILE,
    side: Side = 256,
    runs: Annotated[int, typer.Option(min=1, help="Simulations of each case; figures are their means.")] = 3,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Simulated: limits of the queue, ways to choose a service, autoscalers under a burst."""
    require_place(report, "queues")
    require_place(report, "autoscalers")
    conversions = _of_side(read_costs(measured), side).conversions
    with Console(quiet=as_json).progress() as bars:
        queues = try_queues(conversions, range(runs), bars.counter("Queues"))
        scaled = try_autoscalers(conversions, range(runs), bars.counter("Autoscalers"))
    simulated = (
        Result("queues", [asdict(one) for one in queues], queues_table(queues)),
        Result("autoscalers", [asdict(one) for one in scaled], autoscalers_table(scaled)),
    )
    show_together(simulated, report, as_json=as_json)


@app.command()
def capacity(
    measured: CostsFile = COSTS_FILE,
    shared: StoresFile = STORES_FILE,
    side: Side = 256,
    price: Annotated[float, typer.Option(min=0, help="Price of a core for an hour; an assumption.")] = Prices.core_hour,
    used: Annotated[float, typer.Option(min=0.05, max=1, help="Share of the cores that is used.")] = Prices.used,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Resources for 1, 100 and 10,000 images per second, at an assumed price."""
    require_place(report, "capacity")
    prices, taken = Prices(price, used), read_stores(shared)
    found = {
        kind: [capacity_for(rate, _of_side({kind: some}, side), taken, prices) for rate in RATES]
        for kind, some in read_costs(measured).items()
    }
    figures = {kind: [asdict(one) for one in some] for kind, some in found.items()}
    Result("capacity", figures, capacities_table(found, prices)).show(report, as_json=as_json)


def read_costs(path: Path) -> dict[str, list[ImageCosts]]:
    """
    What `costs` wrote.

    Raises:
        DatasetFault: there is no such file, or it is another one.
    """
    try:
        kinds = json.loads(path.read_text(encoding="utf-8"))
        return {kind: [ImageCosts(**one) for one in some] for kind, some in kinds.items()}
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        raise DatasetFault(f"{path} holds no costs; `scaling costs` measures them: {fault}") from fault


def read_stores(path: Path) -> StoreCosts:
    """
    What `stores` wrote.

    Raises:
        DatasetFault: there is no such file, or it is another one.
    """
    try:
        return StoreCosts(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as fault:
        raise DatasetFault(f"{path} does not say what services share; `scaling stores` measures it: {fault}") from fault


def _costs_figures(measured: Mapping[str, Sequence[ImageCosts]]) -> dict[str, list[dict[str, object]]]:
    return {kind: [asdict(one) for one in some] for kind, some in measured.items()}


def _keep(path: Path, figures: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(figures, indent=1))


def _of_side(kinds: Mapping[str, Sequence[ImageCosts]], side: int) -> ImageCosts:
    """Those of real logos where there are some."""
    some = kinds.get(OWN) or next(iter(kinds.values()))
    found = next((one for one in some if one.side == side), None)
    if found is None:
        raise DatasetFault(f"images of {side} px were not measured")
    return found
