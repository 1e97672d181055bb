"""
The service compared with other servers of the same models, in one run: `python -m commands.benchmarks.compare`.

What is compared, what is equal for all, and what was tried for each peer is in docs/benchmarks.md.
"""

import hashlib
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

import loadtests
from commands.benchmarks.arguments import Count, Images, Side
from commands.checks.load_images import png_images
from commands.local.local_models import require_models
from commands.terminal.arguments import RUNS, Json, one_of
from commands.terminal.console import Console, print_json
from commands.terminal.entry import run
from loadtests.peers.comparison import Outcomes, compare
from loadtests.peers.comparison_figures import curves, table
from loadtests.peers.comparison_picture import write_picture
from loadtests.peers.comparison_report import HEADER, cells, report
from loadtests.peers.places import make_places, one_folder
from loadtests.peers.serving_peers import PEERS
from loadtests.peers.visits import Questions, Stage, Visit, visit
from loadtests.servers.local_inference import local_inference
from reports.markdown import require_section, write_section
from svgai.api.schemas.answers import ClassifyAnswer
from svgai.model_files.model_pair import ModelSource
from svgai.settings import load_settings
from training.search.code_digest import code_digest

SECTION = "peers"
"""Name of the section of a document that a report is written to."""

CACHE = Path("data/peers")
"""Environments, model files, logs and outcomes."""


def main(
    peers: Annotated[str, typer.Option(help="Which, by commas.")] = ",".join(PEERS),
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, with a rotated order of peers.")] = 5,
    seconds: Annotated[float, typer.Option(min=1, help="Duration of each load in seconds.")] = 10,
    images: Images = None,
    count: Count = 100,
    side: Side = 256,
    document: Annotated[
        Path | None, typer.Option("--report", help="Markdown file to write table and picture into.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare the service with its peers on one core each: capacity, latency, processor time and memory."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # servers are stopped then, too
    console = Console(quiet=as_json)
    chosen = _chosen(peers)
    if document:
        require_section(document, SECTION)
    CACHE.mkdir(parents=True, exist_ok=True)
    source = require_models(load_settings(), RUNS)
    models = one_folder(source, CACHE.resolve() / "models")
    pngs = png_images(images, count, side)
    questions = Questions(tuple(pngs), _types(source, pngs), seconds)
    places, not_installed = make_places(chosen, CACHE.resolve(), models, console.waiting)
    _tell(not_installed)

    def visitor(name: str, stage: Stage, number: int, planned: Sequence[float]) -> Visit:
        return visit(name, PEERS[name], places[name], questions, stage, number, planned)

    outcomes = Outcomes(CACHE / "outcomes.jsonl", _setting(models, questions))
    with console.progress() as bars:
        found = compare(list(places), rounds, visitor, outcomes, bars.stages())
    _tell(found.left_out)
    found = replace(found, left_out={**not_installed, **found.left_out})
    if as_json:
        print_json({"rows": table(found), "curves": curves(found), **asdict(found)})
    else:
        console.rows(f"At {found.common_rate:g} requests a second", HEADER, [cells(row) for row in table(found)])
    if document:
        picture = document.parent / "images" / "peers-latency.png"
        write_picture({PEERS[peer].title: points for peer, points in curves(found).items()}, picture)
        command = shlex.join(["python", "-m", "commands.benchmarks.compare", *sys.argv[1:]])
        how = f"{len(pngs)} images of at most {side} px, {rounds} rounds, {seconds:g} s for each load."
        write_section(document, SECTION, report(found, command, how, picture, document))


def _tell(left_out: Mapping[str, str]) -> None:
    for peer, why in left_out.items():
        Console.fault(f"{peer} is left out: {why}")


def _chosen(peers: str) -> list[str]:
    chosen = peers.split(",")
    for peer in chosen:
        one_of(peer, tuple(PEERS))
    return chosen


def _types(source: ModelSource, pngs: Sequence[bytes]) -> tuple[str, ...]:
    answers = local_inference(load_settings(), source).classify(pngs)
    return tuple(answer.type if isinstance(answer, ClassifyAnswer) else answer.error.message for answer in answers)


def _setting(models: Path, questions: Questions) -> str:
    """Everything that a visit depends on besides its plan: models, images and seconds, and its code and pins."""
    held = hashlib.sha256(repr(questions).encode())
    room = Path(loadtests.__file__).parent
    own = [path for part in ("servers", "peers") for path in (room / part).rglob("*") if path.suffix in {".py", ".txt"}]
    for path in sorted([*models.iterdir(), Path("service.py"), *own]):
        held.update(path.read_bytes())
    return hashlib.sha256(f"{held.hexdigest()}{code_digest()}".encode()).hexdigest()[:16]


if __name__ == "__main__":
    run(lambda: typer.run(main))
