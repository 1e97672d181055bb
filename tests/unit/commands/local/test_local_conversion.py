"""Files to files on this machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from commands.local.local_conversion import FileResult, convert_files
from svgai.convert.conversion import ConversionOptions
from svgai.decode.pixels import encode_png
from svgai.errors import ModelFault
from svgai.measure.quality import Reference
from svgai.model_files.model_pair import ModelSource
from svgai.settings import Settings
from tests.fakes.tiny_models import drawn_logo

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(clean_environment: Path) -> Settings:
    """The defaults, in an empty folder."""
    assert not any(clean_environment.iterdir())
    return Settings()


def image(path: Path, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(drawn_logo(seed, 32)))
    return path


def asked(settings: Settings) -> ConversionOptions:
    return ConversionOptions(settings.targets, max_delta_e=settings.max_delta_e, min_worst=settings.min_worst)


def convert(files: list[Path], out: Path, settings: Settings, models: ModelSource | None = None) -> list[FileResult]:
    return convert_files(files, out, asked(settings), settings.max_pixels, models, lambda *_: None)


def test_each_file_becomes_an_svg(tmp_path: Path, settings: Settings) -> None:
    """Under its own stem, with the quality of exactly that SVG; the folder is made, nothing else is left in it."""
    seen: list[tuple[int, int]] = []
    files = [image(tmp_path / "a.png"), image(tmp_path / "b.v2.png", 2)]
    out = tmp_path / "new" / "out"
    options = replace(asked(settings), target_quality=0.9)
    results = convert_files(
        files, out, options, settings.max_pixels, None, lambda _, done, total: seen.append((done, total))
    )
    assert sorted(path.name for path in out.iterdir()) == ["a.svg", "b.v2.svg"]
    for result, seed in zip(results, (1, 2), strict=True):
        svg = Path(result.output).read_text()
        assert result.quality == Reference(drawn_logo(seed, 32)).measure(svg)
        assert (result.error, result.target_quality, result.met_target, result.missed) == ("", 0.9, True, ())
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_what_was_missed_is_told(tmp_path: Path, settings: Settings) -> None:
    """An SVG appears all the same: it is the best that there is."""
    options = replace(asked(settings), target_quality=0.9, max_bytes=10)
    (result,) = convert_files(
        [image(tmp_path / "a.png")], tmp_path, options, settings.max_pixels, None, lambda *_: None
    )
    assert (result.met_target, result.missed) == (False, ("bytes",))
    assert Path(result.output).exists()


def test_models_name_the_type(tmp_path: Path, settings: Settings, models_folder: Path) -> None:
    """With models at hand the target is that of the type."""
    (result,) = convert([image(tmp_path / "a.png")], tmp_path, settings, ModelSource(models_folder, models_folder))
    assert result.type is not None
    assert result.target_quality == {str(name): target for name, target in settings.targets.items()}[result.type]


def test_a_bad_file_fails_alone(tmp_path: Path, settings: Settings) -> None:
    """Its reason is told, the others are converted, and no SVG of it appears."""
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"garbage")
    files = [broken, tmp_path / "missing.png", tmp_path, image(tmp_path / "good.png")]
    first, second, third, fourth = convert(files, tmp_path / "out", settings)
    assert "not an image" in first.error
    assert "No such file" in second.error
    assert third.error
    assert fourth.error == ""
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.svg"]


def test_no_result_is_overwritten_by_another(tmp_path: Path, settings: Settings) -> None:
    """Files with one stem, or with one name in several folders, each get an SVG of their own."""
    files = [image(tmp_path / folder / "logo.png", seed) for seed, folder in enumerate("abcd")]
    jpeg = tmp_path / "a" / "logo.jpg"
    jpeg.write_bytes(files[0].read_bytes())
    results = convert([*files, jpeg], tmp_path / "out", settings)
    outputs = [result.output for result in results]
    assert len(set(outputs)) == 5
    assert Path(outputs[0]).name == "logo.svg"
    for result, seed in zip(results, (0, 1, 2, 3, 0), strict=True):
        assert result.quality == Reference(drawn_logo(seed, 32)).measure(Path(result.output).read_text())


def test_large_files_are_fine_and_large_pictures_are_not(tmp_path: Path, settings: Settings) -> None:
    """The limit on bytes is the server's; the limit on pixels protects this machine too."""
    limited = settings.model_copy(update={"max_pixels": 1000, "max_body_bytes": 1000})
    (result,) = convert([image(tmp_path / "a.png")], tmp_path, limited)
    assert "32 x 32 pixels; at most 1,000" in result.error
    (result,) = convert([image(tmp_path / "a.png")], tmp_path, settings.model_copy(update={"max_body_bytes": 10}))
    assert result.error == ""


def test_models_that_do_not_load_stop_everything(tmp_path: Path, settings: Settings) -> None:
    """Before any file is touched: the person asked for models."""
    with pytest.raises(ModelFault):
        convert([image(tmp_path / "a.png")], tmp_path / "out", settings, ModelSource(tmp_path, tmp_path))
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_written_is_told_and_the_others_go_on(tmp_path: Path, settings: Settings) -> None:
    """A folder under the name of an SVG, say."""
    files = [image(tmp_path / "a.png"), image(tmp_path / "b.png", 2)]
    (tmp_path / "out" / "a.svg").mkdir(parents=True)
    first, second = convert(files, tmp_path / "out", settings)
    assert first.error
    assert not first.output
    assert Path(second.output).is_file()
