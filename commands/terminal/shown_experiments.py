"""Shows A/B tests as text and JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from commands.terminal.console import Console

if TYPE_CHECKING:  # learning imports scipy, which takes a while
    from learning.experiments.evaluation import Effect, Evaluation
    from svgai.outcomes.experiments import KnownExperiment

_TIME = "%Y-%m-%d %H:%M:%S"


def show_experiments(console: Console, experiments: "Sequence[KnownExperiment]") -> None:
    rows = [
        (
            known.name,
            f"{known.began:{_TIME}}",
            "on" if known.stopped is None else f"stopped {known.stopped:{_TIME}}",
            known.reason or "",
        )
        for known in experiments
    ]
    console.rows("Experiments (UTC)", ("experiment", "began", "", "why"), rows or [("none yet", "", "", "")])


def show_report(console: Console, known: "KnownExperiment", found: "Evaluation") -> None:
    what = "pairs" if known.experiment.mode == "shadow" else "conversions"
    header = ("metric", "change", "at least", "at most", what, "certainly")
    console.rows(known.name, header, [_row(effect) for effect in found.effects])
    looked = f"looked at after {found.looks[-1]}" if found.looks else "too few to look at"
    console.say(f"{found.items} {what}, {found.of_challenger} of them by the challenger; {looked}")
    if found.ratio_p is not None:
        console.say(f"sample ratio: p = {found.ratio_p:.3g}, at any look")
    if found.broken:
        console.say(f"guardrail broken: {found.broken}")
    if known.stopped is not None:
        console.say(f"stopped {known.stopped:{_TIME}} UTC: {known.reason}")
    console.say(f"[bold]verdict: {found.verdict}[/bold]")


def report_of(known: "KnownExperiment", found: "Evaluation") -> dict[str, object]:
    """The same as plain values."""
    return {
        "experiment": known.name,
        "mode": known.experiment.mode,
        "share": known.experiment.share,
        "champion": known.experiment.champion,
        "challenger": known.experiment.challenger,
        "began": known.began,
        "stopped": known.stopped,
        "reason": known.reason,
        "items": found.items,
        "of_challenger": found.of_challenger,
        "looks": found.looks,
        "effects": {effect.metric.name: _values(effect) for effect in found.effects},
        "sample_ratio_p": found.ratio_p,
        "guardrail_broken": found.broken,
        "verdict": found.verdict,
    }


def _row(effect: "Effect") -> tuple[object, ...]:
    estimate, low, high = effect.last
    count = int(effect.sequence.counts[-1])
    if estimate != estimate:  # noqa: PLR0124 - too few values
        return (effect.metric.name, "-", "-", "-", count, "")
    form = "+.2%" if effect.metric.logarithmic else "+.4f"
    worse = "worse" if effect.worse_at else ""
    certain = "better" if effect.better_at and not worse else worse
    return (effect.metric.name, f"{estimate:{form}}", f"{low:{form}}", f"{high:{form}}", count, certain)


def _values(effect: "Effect") -> dict[str, object]:
    estimate, low, high = (value if abs(value) < float("inf") else None for value in effect.last)
    return {
        "estimate": estimate,
        "low": low,
        "high": high,
        "relative": effect.metric.logarithmic,
        "values": int(effect.sequence.counts[-1]),
        "better_at": effect.better_at,
        "worse_at": effect.worse_at,
        "tolerance": effect.metric.tolerance,
    }
