"""What `svgai convert` is put together of."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from commands.use.conversion_command import service_converter
from svgai.decode.pixels import encode_png
from svgai.settings import load_settings
from tests.fakes.tiny_models import drawn_logo


def test_a_service_is_called_with_the_key_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never with a hash of API_KEYS, which no service accepts; and it is not shown."""
    monkeypatch.setenv("API_KEYS", f"shop:sha256:{'0' * 64}")
    monkeypatch.setenv("CLIENT_API_KEY", "beta2")
    converter = service_converter("http://a", load_settings(), {})
    assert converter.api_key == "beta2"
    assert "beta2" not in repr(converter)


@pytest.mark.parametrize(
    "arguments, told", [(["--cutter", "1cm"], "1mm"), (["--cutter", "1mm", "--strokes", "only"], "strokes")]
)
def test_a_cutter_that_cannot_be_is_told_before_anything_is_read(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    """A width without a unit that is known, and strokes, of which nothing is to be cut."""
    result = CliRunner().invoke(cli.app, ["convert", str(tmp_path / "missing.png"), *arguments], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert told in result.output


def test_parts_are_cut_by_the_command(tmp_path: Path) -> None:
    """In millimetres, in paths alone."""
    (tmp_path / "logo.png").write_bytes(encode_png(drawn_logo(1, 64)))
    arguments = ["convert", str(tmp_path / "logo.png"), "--out", str(tmp_path), "--cutter", "0.5mm", "--jobs", "1"]
    result = CliRunner().invoke(cli.app, arguments, env={"AI_ENHANCED": "false"})
    assert result.exit_code == 0, result.output
    svg = (tmp_path / "logo.svg").read_text()
    assert 'width="16.933mm"' in svg
    assert set(re.findall(r"<(\w+)", svg)) == {"svg", "path"}
