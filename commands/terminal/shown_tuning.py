"""Shows the result of a hyperparameter search."""

from typing import TYPE_CHECKING

from commands.terminal.console import Console

if TYPE_CHECKING:  # optuna and pandas take a second
    from training.tuning.tune import Tuning


def show_tuning(console: Console, tuning: "Tuning") -> None:
    """Settings and metrics of both, and the conclusion."""
    ended = ", ".join(f"{count} {state}" for state, count in tuning.trials.items())
    console.say(f"{tuning.name}: {ended}")
    settings: list[tuple[object, ...]] = [(name, tuning.today[name], value) for name, value in tuning.best.items()]
    settings.append(("error on the folds", tuning.today_error or "", tuning.best_error))
    console.rows(f"{tuning.kind}, settings", ("setting", "today", "found"), settings)
    console.rows(
        "held-out, never searched on",
        ("figure", "today", "found", "better by, 95 %", "items"),
        [
            (one.name, one.today, one.found, f"{one.interval[0]:+.4g} to {one.interval[1]:+.4g}", one.items)
            for one in tuning.held_out
        ],
    )
    if tuning.better:
        chosen = " ".join(f"--set {name}={value!r}" for name, value in tuning.best.items())
        console.say(f"better on held-out data; train with them: svgai train {tuning.kind} {chosen}")
    else:
        console.say("not better on held-out data for certain: leave the settings as they are")
