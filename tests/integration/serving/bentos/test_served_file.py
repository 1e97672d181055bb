"""A served file in the hands of the serving code, in a process of its own."""

from pathlib import Path

import onnx
import pytest

from registry.gates.served_file_smoke_test import served_file_smoke_test
from registry.smoke_tests.serving_smoke_test import median_ms, predictor
from svgai.errors import ModelFault
from tests.fakes.tiny_models import write_classifier, write_optimizer

pytestmark = pytest.mark.integration


def test_a_good_file_is_timed(tmp_path: Path) -> None:
    """Both kinds give a prediction within a plausible time."""
    for kind, path in (("classifier", write_classifier(tmp_path)), ("optimizer", write_optimizer(tmp_path))):
        found = served_file_smoke_test(kind, path)
        assert found.fault == ""
        assert found.latency_ms is not None
        assert 0 < found.latency_ms < 1000


@pytest.mark.parametrize("kind,name", [("classifier", "classifier.onnx"), ("optimizer", "optimizer.xgb")])
def test_a_file_that_cannot_be_loaded_has_a_fault(tmp_path: Path, kind: str, name: str) -> None:
    """The fault names the file and not where it lay for the found."""
    (tmp_path / name).write_bytes(b"no model")
    found = served_file_smoke_test(kind, tmp_path / name)
    assert found.latency_ms is None
    assert name in found.fault
    assert str(tmp_path) not in found.fault


def test_a_damaged_file_does_not_end_the_gates(tmp_path: Path) -> None:
    """XGBoost reads on where the end of the file was spoilt; whatever comes of it is the finding."""
    path = write_optimizer(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"}")
    assert served_file_smoke_test("optimizer", path).fault


def test_a_smoke_test_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    """Not even its imports are done so soon."""
    assert "no prediction within 0.05 s" in served_file_smoke_test("classifier", write_classifier(tmp_path), 0.05).fault


def test_predictions_must_be_probabilities(tmp_path: Path) -> None:
    """A network that loads and answers nonsense is nothing to serve."""
    path = write_classifier(tmp_path)
    model = onnx.load(path)
    softmax = model.graph.node[-1]
    softmax.op_type = "Identity"
    del softmax.attribute[:]
    onnx.save(model, path)
    with pytest.raises(ModelFault, match="probabilities that add up"):
        predictor("classifier", path)()


def test_the_median_is_of_many_predictions() -> None:
    """After a warm-up that does not count."""
    calls: list[int] = []
    assert median_ms(lambda: calls.append(1), repeats=7) < 1
    assert len(calls) == 12
