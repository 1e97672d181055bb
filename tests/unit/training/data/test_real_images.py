"""Real logos to measure tracings on: of brands that are not held out, as they are or on white."""

import json
from pathlib import Path

import numpy as np

from training.data.real_images import RealImages
from training.data.selection import is_held_out
from training.pipeline import alternating, generated_sample

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="{radius}"/></svg>'


def _folder(tmp_path: Path) -> RealImages:
    names = [f"brand{number}.svg" for number in range(24)]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(LOGO.format(radius=5 + number / 2))
    labels = tmp_path / "types.json"
    labels.write_text(json.dumps(dict.fromkeys(names[:-1], "simple")))
    return RealImages(tmp_path, labels)


def test_held_out_brands_are_never_measured(tmp_path: Path) -> None:
    """Nor are images without a type; the others all are."""
    found = _folder(tmp_path).samples()
    tuning = {f"brand{number}" for number in range(23) if not is_held_out(f"brand{number}")}
    assert {sample.brand for sample in found} == tuning
    assert {sample.kind for sample in found} == {"simple"}


def test_some_are_laid_on_white_as_their_names_say(tmp_path: Path) -> None:
    """The others keep their clear ground."""
    found = _folder(tmp_path).samples()
    grounds = {sample.name.split("/")[0] for sample in found}
    assert grounds == {"real", "real-on-white"}
    for sample in found:
        assert (np.asarray(sample.rgba())[0, 0, 3] == 255) == sample.name.startswith("real-on-white/")


def test_two_lists_take_turns() -> None:
    """What one has more than the other comes last."""
    some, others = ([generated_sample("simple", seed) for seed in seeds] for seeds in ((1, 2, 3), (4,)))
    assert alternating(some, others) == [some[0], others[0], some[1], some[2]]
    assert alternating(others, some) == [others[0], some[0], some[1], some[2]]
