"""One image by every method."""

from pathlib import Path

import pandas as pd
import pytest

from evaluation.judge.judged_answers import JUDGED
from evaluation.judge.outside_programs import Programs
from evaluation.methods.all_methods import METHODS, POTRACE, TRIALS, Comparison, Question, compare
from evaluation.methods.enlarged_tracings import trace_enlarged
from evaluation.methods.fixed_tracings import FixedTracings
from svgai.decode.pixels import encode_png
from svgai.logo_types import LOGO_TYPES
from svgai.measure.quality import Reference
from svgai.model_files.model_pair import Models
from svgai.trace.tracer import trace
from svgai.trace.vtracer.shapes import trace_with_defaults
from tests.fakes.tiny_models import TRACINGS, drawn_logo
from training.data.datasets import Sample

pytestmark = pytest.mark.slow

RGBA = drawn_logo(0, 32)
SAMPLE = Sample("acme-icon", "text", "acme", encode_png(RGBA))
FIXED = FixedTracings(TRACINGS[0], dict.fromkeys(LOGO_TYPES, TRACINGS[2]))


def question(asked: str, optuna: bool) -> Question:
    return Question(asked, dict.fromkeys(LOGO_TYPES, float(asked)), FIXED, optuna)


def compared(models: Models | None, *asked: str, oracle: bool = True, optuna: bool = False) -> pd.DataFrame:
    return pd.DataFrame(
        compare(
            SAMPLE, models, Comparison(tuple(question(name, optuna) for name in asked), 3.0, 0.8, oracle, Programs())
        )
    )


@pytest.fixture(scope="module")
def found(tiny_models: Models) -> pd.DataFrame:
    """All methods at a low and a high target."""
    return compared(tiny_models, "0.9", "0.99", optuna=True)


def test_each_method_answers_at_each_target(found: pd.DataFrame) -> None:
    """In their order, all with the same image, brand, label and classification."""
    assert found.groupby("asked")["method"].apply(list).to_dict() == {"0.9": list(METHODS), "0.99": list(METHODS)}
    assert found[["image", "brand", "type", "predicted_type"]].drop_duplicates().shape[0] == 1
    first = found.iloc[0]
    assert (first["image"], first["brand"], first["type"]) == ("acme-icon", "acme", "text")
    assert LOGO_TYPES[max(range(4), key=lambda n: first["probabilities"][n])] == first["predicted_type"]


def test_slow_methods_can_be_left_out(tiny_models: Models) -> None:
    """The portfolio, and Optuna's searches."""
    left = compared(tiny_models, "0.9", oracle=False)["method"]
    assert set(METHODS) - set(left) == {"oracle", "Optuna", "Optuna, 40"}


def test_fixed_methods_are_what_they_say(found: pd.DataFrame) -> None:
    """Measured as everything else is: VTracer's own writer, and the tracings that were chosen."""
    rows = found[found["asked"] == "0.9"].set_index("method")
    made = {
        "default": trace_with_defaults(RGBA),
        "default, enlarged": trace_enlarged(RGBA),
        "single best": trace(RGBA, TRACINGS[0]),
        "best per type": trace(RGBA, TRACINGS[2]),
    }
    for method, svg in made.items():
        quality = Reference(RGBA).measure(svg)
        assert (rows.loc[method, "ssim"], rows.loc[method, "bytes"]) == (quality.ssim, quality.bytes)


def test_the_oracle_is_never_beaten_by_its_own_portfolio(found: pd.DataFrame) -> None:
    """Where a fixed tracing or our choice meets the target, the oracle does with no more bytes."""
    for _, rows in found.groupby("asked"):
        by_method = rows.set_index("method")
        for method in ("single best", "best per type", "ours, 1 trial", "ours"):
            if by_method.loc[method, "met"]:
                assert by_method.loc["oracle", "met"]
                assert by_method.loc["oracle", "bytes"] <= by_method.loc[method, "bytes"]


def test_met_means_the_whole_the_poorest_place_and_the_colours(found: pd.DataFrame) -> None:
    """As everywhere: all three of the promise."""
    kept = (found["ssim"] >= found["target"]) & (found["worst"] >= 0.8) & (found["delta_e"] <= 3.0)
    assert (found["met"] == kept).all()


def test_nobody_has_more_trials_than_is_told(found: pd.DataFrame) -> None:
    """Ours and its rivals may take four, one has forty; more trials of ours cost no quality."""
    trials = found.groupby("method")["trials"].max()
    assert trials["ours, 1 trial"] == 1
    assert trials["ours"] <= TRIALS
    assert (trials["random search"], trials["Optuna"], trials["Optuna, 40"]) == (TRIALS, TRIALS, 10 * TRIALS)


def test_the_same_image_gives_the_same_outcomes(found: pd.DataFrame, tiny_models: Models) -> None:
    """Searches are seeded by its name; only seconds differ."""
    again = compared(tiny_models, "0.9", "0.99", optuna=True)
    pd.testing.assert_frame_equal(again.drop(columns="seconds"), found.drop(columns="seconds"))


def test_without_models_there_is_no_type() -> None:
    """The highest of the targets counts, and the tracing for all stands for the type's own."""
    targets = dict.fromkeys(LOGO_TYPES, 0.8) | {"simple": 0.95}
    bare = pd.DataFrame(
        compare(SAMPLE, None, Comparison((Question("default", targets, FIXED),), 3.0, 0.8, oracle=True))
    )
    assert set(bare["target"]) == {0.95}
    assert set(bare["predicted_type"]) == {""}
    assert set(bare["probabilities"]) == {()}
    rows = bare.set_index("method")
    assert rows.loc["best per type", "bytes"] == rows.loc["single best", "bytes"]


DISC = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="15" cy="16" r="9" fill="#135"/></svg>'


def of_drawing(judge: Programs | None) -> pd.DataFrame:
    comparison = Comparison((question("0.9", optuna=False),), 3.0, 0.8, oracle=False, judge=judge)
    return pd.DataFrame(compare(Sample("disc", None, "disc", DISC.encode(), 32), None, comparison)).set_index("method")


def test_an_image_of_one_colour_is_potraced_too(tmp_path: Path) -> None:
    """Where that program is; by a program that gives the drawing itself it is perfect, also to the judge."""
    program = tmp_path / "potrace"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path / 'bitmap'}\necho '{DISC}'\n")
    program.chmod(0o755)
    found = of_drawing(Programs(potrace=str(program)))
    assert found.loc[POTRACE, "ssim"] == pytest.approx(1, abs=1e-3)
    assert found.loc[POTRACE, "judge_edge"] == 0
    assert POTRACE not in of_drawing(Programs()).index
    assert set(found.index[found["judge_ssim"].notna()]) == set(JUDGED)


def test_without_a_judge_nothing_is_enlarged_or_judged() -> None:
    """Neither is an image of pixels alone, which has no drawing to be judged by."""
    found = of_drawing(None)
    assert "default, enlarged" not in found.index
    assert found["judge_ssim"].isna().all()
    assert compared(None, "0.9", oracle=False)["judge_ssim"].isna().all()
