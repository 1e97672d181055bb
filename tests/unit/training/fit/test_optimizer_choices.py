"""What the service would answer for held-out images."""

import numpy as np
import pandas as pd
import pytest

from svgai.array_types import Floats
from svgai.choose.trial_selection import MISSED
from svgai.measure.outcome_scales import SCALES, to_scales
from svgai.trace.parameters import TracingParameters
from training.fit.optimizer_choices import DEFAULTS, choices, choices_digest

SMALL, MIDDLE, LARGE = (TracingParameters(simplify=simplify).model_dump_json() for simplify in (3.0, 1.0, 0.5))
MEASURED = {SMALL: (0.80, 500), MIDDLE: (0.97, 900), LARGE: (0.99, 2000)}
WORST = 0.9


def measured_table(images: int = 8, kind: str = "simple") -> pd.DataFrame:
    """The middle tracing is the smallest that reaches the .95 of simple images."""
    rows = [
        {"image": f"{kind}/{image}", "kind": kind, "tracing": text, "ssim": ssim, "bytes": size}
        for image in range(images)
        for text, (ssim, size) in MEASURED.items()
    ]
    return pd.DataFrame(rows).assign(worst=WORST, delta_e=1.0, edge_ssim=0.9, paths=3, seconds=0.1)


def truth(table: pd.DataFrame) -> Floats:
    return to_scales({name: table[name].to_numpy() for name in SCALES}).astype(np.float32)


def jittered(targets: Floats) -> Floats:
    """Predictions that err a little, as any do: a covariance of zero would know everything."""
    return (targets + np.random.default_rng(0).normal(0, 0.02, targets.shape)).astype(np.float32)


def test_good_predictions_find_the_smallest_that_meets_the_target() -> None:
    """Every image attains its target, in no byte more than needed."""
    table = measured_table()
    found = choices(jittered(truth(table)), truth(table), table)
    assert found["item"].tolist() == [f"simple/{image}" for image in range(8)]
    assert found["type"].unique().tolist() == ["simple"]
    assert found["attainment"].tolist() == [1] * 8
    assert found["log_bytes_regret"].tolist() == [0] * 8


def test_predictions_that_promise_too_much_miss() -> None:
    """The small tracing is believed to do for all: each miss costs as the evaluation counts it."""
    table = measured_table()
    promising = truth(table.assign(ssim=0.999))
    found = choices(jittered(promising), promising, table)
    assert found["attainment"].tolist() == [0] * 8
    assert found["log_bytes_regret"].tolist() == [MISSED] * 8


def test_predictions_that_dare_too_little_pay_in_bytes() -> None:
    """Only the large tracing is believed to reach the target: it does, and is larger than needed."""
    table = measured_table()
    timid = truth(table.assign(ssim=table["ssim"].where(table["tracing"] == LARGE, 0.5)))
    found = choices(jittered(timid), timid, table)
    assert found["attainment"].mean() == 1
    assert found["log_bytes_regret"].mean() == pytest.approx(np.log(2000 / 900))


def test_a_tracing_that_loses_a_place_is_no_attainment() -> None:
    """The middle one falls short of the least worst and the large one does not: the service takes that."""
    table = measured_table()
    table["worst"] = table["worst"].where(table["tracing"] != MIDDLE, 0.5)
    found = choices(jittered(truth(table)), truth(table), table)
    assert found["attainment"].mean() == 1
    assert found["log_bytes_regret"].max() == 0
    ignorant = truth(table.assign(worst=WORST))
    missed = choices(jittered(ignorant), ignorant, table)
    assert missed["attainment"].mean() == 0
    assert missed["log_bytes_regret"].tolist() == [MISSED] * 8


def test_an_image_beyond_the_portfolio_has_no_regret() -> None:
    """No tracing brings it to the target, so the choice loses nothing; it is still a miss."""
    table = measured_table().assign(delta_e=9.0)
    found = choices(jittered(truth(table)), truth(table), table)
    assert found["attainment"].mean() == 0
    assert found["log_bytes_regret"].isna().all()


def test_each_type_has_its_target() -> None:
    """What is a miss for a simple image is enough for a complex one."""
    table = measured_table(kind="complex")
    found = choices(jittered(truth(table)), truth(table), table)
    assert found["attainment"].mean() == 1
    assert (table["bytes"].min(), found["log_bytes_regret"].max()) == (500, 0)


def test_a_tracing_that_failed_on_an_image_is_passed_over() -> None:
    """As the service passes on to the next, and without counting it as a trial."""
    table = measured_table()
    fewer = table[~((table["tracing"] == MIDDLE) & (table["image"] == "simple/0"))].reset_index(drop=True)
    found = choices(jittered(truth(fewer)), truth(fewer), fewer)
    assert len(found) == 8
    assert found["attainment"].iloc[1:].tolist() == [1] * 7
    assert found["attainment"].iloc[0] in (0, 1)


@pytest.mark.parametrize("delta_e, regret", [(1.0, MISSED), (9.0, np.nan)])
def test_an_image_on_which_every_refined_tracing_failed_is_a_miss(delta_e: float, regret: float) -> None:
    """The service tries no others where a least worst is promised; the other images have their answers."""
    coarse = [TracingParameters(simplify=simplify, refine_to=0).model_dump_json() for simplify in (3.0, 0.5)]
    table = measured_table().replace({"tracing": {SMALL: coarse[0], LARGE: coarse[1]}}).assign(delta_e=delta_e)
    fewer = table[~((table["tracing"] == MIDDLE) & (table["image"] == "simple/0"))].reset_index(drop=True)
    found = choices(jittered(truth(fewer)), truth(fewer), fewer)
    assert found["item"].tolist() == [f"simple/{image}" for image in range(8)]
    assert found["attainment"].tolist() == [0] + [float(delta_e < DEFAULTS.max_delta_e)] * 7
    np.testing.assert_equal(found["log_bytes_regret"].iloc[0], regret)


def test_images_that_were_measured_in_part_do_not_count() -> None:
    """A tracing that was not tried is not one that failed."""
    table = measured_table()
    part = table[(table["image"] != "simple/7") | (table["tracing"] == LARGE)].reset_index(drop=True)
    assert "simple/7" not in choices(jittered(truth(part)), truth(part), part)["item"].tolist()


def test_the_digest_is_of_the_truth_alone() -> None:
    """Other features or times leave versions comparable; another measured value, type or image does not."""
    table = measured_table()
    digest = choices_digest(table)
    assert choices_digest(table.assign(seconds=9.0, entropy=1.0)) == digest
    assert choices_digest(table.iloc[::-1]) == digest
    assert choices_digest(table.assign(ssim=table["ssim"] + 1e-6)) != digest
    assert choices_digest(table.assign(worst=WORST + 1e-6)) != digest
    assert choices_digest(table.assign(kind="text")) != digest
    assert choices_digest(table[table["image"] != "simple/3"]) != digest
