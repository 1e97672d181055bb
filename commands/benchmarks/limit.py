"""`python -m commands.benchmarks.limit`: images a second and core without any server."""

from dataclasses import asdict
from typing import Annotated

import typer

from commands.benchmarks.arguments import Count, Images, Side
from commands.checks.load_images import png_images
from commands.local.local_models import require_models
from commands.terminal.arguments import RUNS, Json
from commands.terminal.console import Console, print_json
from commands.terminal.entry import run
from loadtests.benchmarks.limit import measure_limit
from loadtests.servers.local_inference import local_inference
from svgai.settings import load_settings


def main(
    images: Images = None,
    count: Count = 200,
    side: Side = 256,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds for each of the four figures.")] = 5,
    as_json: Json = False,
) -> None:
    """Print images per second and core of classify and optimize without a server, one by one and in batches."""
    settings = load_settings()
    inference = local_inference(settings, require_models(settings, RUNS))
    limit = measure_limit(inference, png_images(images, count, side), settings.ai_batch_size, seconds)
    if as_json:
        print_json(asdict(limit))
    else:
        Console().table("images a second and core", {name: round(rate, 1) for name, rate in asdict(limit).items()})


if __name__ == "__main__":
    run(lambda: typer.run(main))
