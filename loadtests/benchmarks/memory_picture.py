"""Memory over time as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from loadtests.benchmarks.memory import MemorySample


def draw_memory(samples: Sequence[MemorySample], path: Path) -> None:
    """Draw the memory of all processes over the minutes into a PNG file."""
    minutes = [sample.second / 60 for sample in samples]
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(minutes, [sample.resident_mb for sample in samples], label="resident, shared memory counted in each")
    axes.plot(minutes, [sample.proportional_mb for sample in samples], label="shared memory counted once")
    axes.set(xlabel="minutes under load", ylabel="MB, all processes", ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
