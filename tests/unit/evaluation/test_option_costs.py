"""What options of a conversion cost."""

from pathlib import Path

import pandas as pd
import pytest

from evaluation.option_costs import OPTIONS, OptionOutcome, converted, costs_of, costs_table, main, options_with
from svgai.decode.pixels import encode_png
from svgai.settings import Settings
from tests.fakes.tiny_models import drawn_logo
from training.data.datasets import Sample


def test_a_cost_is_a_difference_of_images_with_themselves() -> None:
    """The median of differences, not the difference of medians; an image that has nothing to cut counts without it."""
    rows = [
        OptionOutcome("a", "", 0.99, 0.9, 0.5, 100),
        OptionOutcome("a", "cutter=2px", 0.98, 0.7, 0.6, 300),
        OptionOutcome("b", "", 0.9, 0.7, 1.0, 1000),
        OptionOutcome("b", "cutter=2px", 0.87, 0.65, 1.3, 1500),
        OptionOutcome("c", "", 0.8, 0.95, 1.0, 10),
        OptionOutcome("d", "", 0.95, 0.85, 0.5, 200),
        OptionOutcome("d", "cutter=2px", 0.93, 0.81, 0.7, 400),
    ]
    (cost,) = costs_of(pd.DataFrame(rows))
    assert (cost.option, cost.images, cost.bytes) == ("cutter=2px", 3, 2.0)
    assert (cost.ssim, cost.worst, cost.worst_least) == pytest.approx((-0.02, -0.05, -0.2))
    assert cost.delta_e == pytest.approx(0.2)
    assert (cost.kept, cost.kept_without) == pytest.approx((1 / 3, 2 / 3))
    assert "| `cutter 2px` | 3 | x 2.00 | -.0200 | -.050 | -.20 | 33 %, 67 % | +.20 |" in costs_table([cost])


def test_every_option_is_that_of_a_conversion() -> None:
    """As the command line has it; nothing is left out for lack of time."""
    asked = [options_with(option, Settings()) for option in ("", *OPTIONS)]
    assert len(set(map(repr, asked))) == len(asked)
    assert all(options.time_limit_s == float("inf") for options in asked)
    for wrong in ("cutter=wide", "precision=", "strokes=never"):
        with pytest.raises(ValueError, match=r"give the least width|invalid literal|is none of cutter=WIDTH"):
            options_with(wrong, Settings())


def test_an_image_that_has_nothing_to_cut_has_no_outcome() -> None:
    """It has one without the option."""
    sample = Sample("one", None, "one", encode_png(drawn_logo(0, 24)))
    found = converted(sample, ("cutter=0mm", "cutter=900px"), Settings())
    assert [(one.image, one.option) for one in found] == [("one", ""), ("one", "cutter=0mm")]
    assert found[1].bytes > 0


def test_the_table_is_written_with_the_command_that_made_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into the section of the document."""
    for number in range(2):
        (tmp_path / f"{number}.png").write_bytes(encode_png(drawn_logo(number, 24)))
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: options -->\n<!-- end: options -->\n")
    given = ["--dataset", str(tmp_path), "--option", "precision=1", "--jobs", "1", "--report", str(page)]
    main(given)
    written = page.read_text()
    assert f"    python -m evaluation.option_costs {' '.join(given)}\n" in written
    assert "| `precision 1` | 2 | x " in written
    assert capsys.readouterr().out.strip() in written
