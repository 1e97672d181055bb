from pathlib import Path

import pytest

from registry.thresholds import load_thresholds
from svgai.errors import RegistryFault


def test_the_shipped_thresholds_are_valid() -> None:
    """Both kinds have a size limit and metrics to reach."""
    thresholds = load_thresholds()
    assert thresholds.classifier.metrics["accuracy"].minimum is not None
    assert thresholds.optimizer.metrics["ssim_low_coverage"].maximum is not None
    assert thresholds.classifier.max_bytes > 0


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
