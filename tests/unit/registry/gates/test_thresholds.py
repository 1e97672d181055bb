from pathlib import Path

import pytest

from registry.gates.metric_checks import range_text
from registry.gates.thresholds import load_thresholds
from svgai.errors import RegistryFault


def test_the_shipped_thresholds_are_valid() -> None:
    """Both kinds have a size limit and metrics to reach."""
    thresholds = load_thresholds()
    assert thresholds.classifier.metrics["accuracy"].minimum is not None
    assert thresholds.optimizer.metrics["ssim_low_coverage"].maximum is not None
    assert thresholds.classifier.max_bytes > 0


def test_the_page_on_gates_lists_every_limit() -> None:
    """As it is in gates.yaml, with its tolerance."""
    page = (Path(__file__).parents[4] / "docs" / "gates.md").read_text()
    thresholds = load_thresholds()
    rows = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in page.splitlines() if line[:1] == "|"]
    given = {cells[0].strip("`"): cells[2:] for cells in rows if len(cells) == 4 and cells[0].startswith("`")}
    expected = {
        name: (range_text(limits), "" if limits.tolerance is None else f"{limits.tolerance:g}")
        for kind in (thresholds.classifier, thresholds.optimizer)
        for name, limits in kind.metrics.items()
    }
    assert given == expected
    for kind in (thresholds.classifier, thresholds.optimizer):
        assert f"{kind.max_bytes:,}" in page
        assert f"| {kind.max_latency_ms:g} ms |" in page


@pytest.mark.parametrize(
    "metric",
    ["{tolerance: 0.1}", "{minimum: 0.1, maximum: 0.9, tolerance: 0.1}", "{minimum: .nan}", "{at_least: 0.1}"],
)
def test_limits_that_say_nothing_or_contradict_themselves_are_refused(tmp_path: Path, metric: str) -> None:
    """A tolerance needs a direction, and a misspelt limit must not be passed over."""
    path = tmp_path / "gates.yaml"
    kind = f"{{max_bytes: 10, max_latency_ms: 5, metrics: {{accuracy: {metric}}}}}"
    path.write_text(f"classifier: {kind}\noptimizer: {kind}\n")
    with pytest.raises(RegistryFault, match=r"gates\.yaml"):
        load_thresholds(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The fault says which file could not be read."""
    with pytest.raises(RegistryFault, match=r"nowhere\.yaml"):
        load_thresholds(tmp_path / "nowhere.yaml")
