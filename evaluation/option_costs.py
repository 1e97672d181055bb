"""
The cost of conversion options: each image is converted with and without, by the fixed tracings.

    python -m evaluation.option_costs --dataset logos/svg --limit 40 --report docs/evaluation.md

Both results of one image are compared: models and the machine's speed do not matter, since no time limit applies.
"""

import argparse
import math
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from evaluation.side_by_side import measure
from reports.markdown import number, require_section, table, write_section
from svgai.convert.conversion import ConversionOptions, convert
from svgai.convert.cutter import cutter_of
from svgai.errors import InvalidParameters
from svgai.settings import Settings, load_settings
from training.data.datasets import Sample, load_dataset
from training.data.selection import by_hash, of_brands

SECTION = "options"
"""The section of the document."""

PRECISION, CUTTER, PRETTY = "precision", "cutter", "pretty"
OPTIONS = (f"{CUTTER}=0mm", f"{CUTTER}=2px", f"{PRECISION}=2", f"{PRECISION}=1", f"{PRECISION}=0", PRETTY)
"""As on the command line, without dashes."""

LEAST_WORST = 0.8
_NONE = ""


@dataclass(frozen=True)
class OptionOutcome:
    """One image with one option; without any it is empty."""

    image: str
    option: str
    ssim: float
    worst: float
    delta_e: float
    bytes: int


@dataclass(frozen=True)
class OptionCost:
    """
    Medians over the images, except `worst_least` and the shares.

    Attributes:
        option: As in OPTIONS.
        images: Images that can be converted with it: in some no part is as wide as the cutter requires.
        bytes: Ratio to those without it. ssim, worst, delta_e: Differences from those without it.
        worst_least: The least difference of `worst`.
        kept, kept_without: Shares of images with a `worst` of LEAST_WORST or more.
    """

    option: str
    images: int
    bytes: float
    ssim: float
    worst: float
    worst_least: float
    delta_e: float
    kept: float
    kept_without: float


def options_with(option: str, settings: Settings) -> ConversionOptions:
    """
    The default options with another.

    Raises:
        ValueError: there is no such option, or the value is none of it.
    """
    name, _, value = option.partition("=")
    usual = ConversionOptions(settings.targets, settings.max_delta_e, settings.min_worst, time_limit_s=math.inf)
    if name == CUTTER:
        return replace(usual, cutter=cutter_of(value))
    if name == PRECISION:
        return replace(usual, finish=replace(usual.finish, precision=int(value)))
    if option == PRETTY:
        return replace(usual, finish=replace(usual.finish, pretty=True))
    if option != _NONE:
        raise ValueError(f"{option!r} is none of {CUTTER}=WIDTH, {PRECISION}=DECIMALS, {PRETTY}")
    return usual


def converted(sample: Sample, options: Sequence[str], settings: Settings) -> list[OptionOutcome]:
    """An image without options and with each; none for an option that leaves nothing of the image."""
    rgba, found = sample.rgba(), []
    for option in (_NONE, *options):
        try:
            made = convert(rgba, None, options_with(option, settings)).quality
        except InvalidParameters:
            continue
        found.append(OptionOutcome(sample.name, option, made.ssim, made.worst, made.delta_e, made.bytes))
    return found


def costs_of(outcomes: pd.DataFrame) -> list[OptionCost]:
    """The cost of each option in a table of OptionOutcome, in its order."""
    without = outcomes[outcomes["option"] == _NONE].set_index("image")
    return [
        _cost(str(option), of_one.set_index("image"), without)
        for option, of_one in outcomes[outcomes["option"] != _NONE].groupby("option", sort=False)
    ]


def costs_table(costs: Sequence[OptionCost]) -> str:
    """A row for each option."""
    header = (
        f"option | images | bytes | ssim | worst | worst, least | worst of {LEAST_WORST:g}: share of images, without it"
        " | delta_e"
    )
    rows = [
        (
            f"`{one.option.replace('=', ' ')}`",
            str(one.images),
            f"x {number(one.bytes, '.2f')}",
            number(one.ssim, "+.4f"),
            number(one.worst, "+.3f"),
            number(one.worst_least, "+.2f"),
            f"{number(one.kept, '.0%')}, {number(one.kept_without, '.0%')}",
            number(one.delta_e, "+.2f"),
        )
        for one in costs
    ]
    return table(header, rows)


def _cost(option: str, found: pd.DataFrame, without: pd.DataFrame) -> OptionCost:
    before = without.loc[found.index]
    changes = found[["ssim", "worst", "delta_e"]] - before[["ssim", "worst", "delta_e"]]
    middle = changes.median()
    return OptionCost(
        option=option,
        images=len(found),
        bytes=float((found["bytes"] / before["bytes"]).median()),
        ssim=float(middle["ssim"]),
        worst=float(middle["worst"]),
        worst_least=float(changes["worst"].min()),
        delta_e=float(middle["delta_e"]),
        kept=float((found["worst"] >= LEAST_WORST).mean()),
        kept_without=float((before["worst"] >= LEAST_WORST).mean()),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert images with options and without, and print the cost of each option as a Markdown table."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of SVG or raster files")
    parser.add_argument("--limit", type=int, default=40, help="images, chosen by the hash of their names")
    parser.add_argument("--held-out", action="store_true", help="only brands that tracing was not tuned on")
    parser.add_argument("--size", type=int, default=256, help="longest side that SVG files are drawn at, in pixels")
    parser.add_argument("--option", action="append", metavar="NAME=VALUE", help=f"several times; {', '.join(OPTIONS)}")
    parser.add_argument("--report", type=Path, help=f"Markdown file whose section `{SECTION}` gets the table")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: one per core")
    asked = parser.parse_args(given)
    options, settings = tuple(asked.option or OPTIONS), load_settings()
    try:
        for option in options:
            options_with(option, settings)
    except ValueError as fault:
        parser.error(str(fault))
    if asked.report:
        require_section(asked.report, SECTION)
    samples = of_brands(load_dataset(asked.dataset, None, asked.size).samples, held_out=asked.held_out)
    chosen = [replace(sample, on_white=True) for sample in by_hash(samples)[: asked.limit]]
    found = measure(chosen, partial(converted, options=options, settings=settings), asked.jobs, lambda *_: None)
    told = costs_table(costs_of(found.outcomes))
    print(told)  # noqa: T201 - its output
    if asked.report:
        command = shlex.join(["python", "-m", "evaluation.option_costs", *given])
        write_section(asked.report, SECTION, f"    {command}\n\n{told}")


if __name__ == "__main__":
    main()
