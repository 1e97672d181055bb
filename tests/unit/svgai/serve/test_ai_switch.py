"""The switch that takes models out of use."""

from pathlib import Path

import pytest

from svgai.serve.ai_switch import AiSwitch


def test_without_a_file_it_is_on(tmp_path: Path) -> None:
    """Also where the file is named and is not there: models are what is usual."""
    assert AiSwitch().on
    assert AiSwitch(tmp_path / "none").on


@pytest.mark.parametrize("content,on", [("off", False), ("OFF\n", False), ("on", True), ("", True), ("office", True)])
def test_only_the_word_off_switches_it_off(tmp_path: Path, content: str, *, on: bool) -> None:
    """Whatever its case, with or without a line's end."""
    file = tmp_path / "ai"
    file.write_text(content)
    assert AiSwitch(file).on is on
