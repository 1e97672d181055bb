"""The `svgai` command as people meet it: output, exit codes, and faults without tracebacks."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

import cli
from svgai.decode.pixels import encode_png
from svgai.measure.quality import Reference
from svgai.settings import Settings
from tests.fakes.tiny_models import drawn_logo, training_table

pytestmark = pytest.mark.slow

COMMANDS = [
    str(command.name or command.callback.__name__) for command in cli.app.registered_commands if command.callback
]


@dataclass(frozen=True)
class Run:
    """What one call of the command left."""

    code: int
    out: str
    err: str


Command = Callable[..., Run]


@pytest.fixture
def svgai(clean_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Calls `svgai` with arguments, in an empty folder."""
    assert not any(clean_environment.iterdir())
    for name in ("MLFLOW_DISABLE_TELEMETRY", "BENTOML_DO_NOT_TRACK", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str | Path) -> Run:
        monkeypatch.setattr("sys.argv", ["svgai", *map(str, arguments)])
        capsys.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = capsys.readouterr()
        return Run(code, shown.out, shown.err)

    return run


def image(path: Path, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(drawn_logo(seed, 32)))
    return path


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """With a sentence and its options, loading nothing."""
    result = CliRunner().invoke(cli.app, [name, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


def test_without_a_command_help_is_shown() -> None:
    """All commands are listed."""
    result = CliRunner().invoke(cli.app, [])
    assert all(name in result.output for name in COMMANDS)


def test_config_shows_every_setting(svgai: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a table for people, and as JSON that is nothing but JSON."""
    monkeypatch.setenv("API_KEYS", "topsecret")
    table, plain = svgai("config"), svgai("config", "--json")
    assert (table.code, plain.code, plain.err) == (0, 0, "")
    assert all(name.upper() in table.err for name in Settings.model_fields)
    assert set(json.loads(plain.out)) == set(Settings.model_fields)
    assert "topsecret" not in table.err + table.out + plain.out


def test_wrong_settings_are_told_line_by_line(svgai: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each fault, and no traceback."""
    monkeypatch.setenv("MAX_PIXELS", "many")
    monkeypatch.setenv("LOG_LEVEL", "[LOUD]")
    run = svgai("config")
    first, second = run.err.splitlines()
    assert run.code == 1
    assert first.startswith("error: ")
    assert "MAX_PIXELS" in first + second
    assert "(got '[LOUD]')" in first + second


def test_settings_are_checked_as_a_whole(svgai: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slips and contradictions beside values, with what is in force, for people and for machines."""
    good = svgai("config", "--check")
    assert (good.code, "error:" in good.err) == (0, False)
    for name, value in {"MAX_PIXELS": "many", "API_KEY": "topsecret", "AB_MODE": "shadow"}.items():
        monkeypatch.setenv(name, value)
    people, machines = svgai("config", "--check"), svgai("config", "--check", "--json")
    assert (people.code, machines.code, machines.err) == (1, 1, "")
    assert all(words in people.err for words in ("error: MAX_PIXELS", "API_KEYS is one", "warning: AB_MODE"))
    told = json.loads(machines.out)
    assert [line.partition(":")[0] for line in told["faults"]] == ["MAX_PIXELS", "API_KEY"]
    assert (len(told["warnings"]), told["settings"]["max_pixels"]) == (1, 33_000_000)
    assert "topsecret" not in people.err + people.out + machines.out


def test_data_draws_what_was_asked_for(svgai: Command, clean_environment: Path) -> None:
    """An image and an SVG of each type, and a manifest; a second call keeps them."""
    assert svgai("data", "--out", "logos", "--per-type", "1", "--jobs", "1").code == 0
    manifest = pd.read_parquet(clean_environment / "logos" / "manifest.parquet")
    assert sorted(manifest["kind"]) == ["complex", "gradient", "simple", "text"]
    files = [clean_environment / "logos" / name for name in (*manifest["file"], *manifest["svg"])]
    written = [path.stat().st_mtime_ns for path in files]
    run = svgai("data", "--out", "logos", "--per-type", "1", "--jobs", "1")
    assert "4 images are in logos" in run.err
    assert [path.stat().st_mtime_ns for path in files] == written


def test_convert_works_without_models(svgai: Command, clean_environment: Path) -> None:
    """Into the current folder, with a table of what came out."""
    image(clean_environment / "in" / "a[1].png")
    run = svgai("convert", "in/a[1].png")
    assert run.code == 0
    svg = (clean_environment / "a[1].svg").read_text()
    assert Reference(drawn_logo(1, 32)).measure(svg).ssim > 0.9
    assert "in/a[1].png" in run.err
    assert run.out == ""


def test_convert_tells_machines_everything(svgai: Command, clean_environment: Path) -> None:
    """JSON on stdout, nothing else; a file that fails makes the exit code 1, the others are converted."""
    image(clean_environment / "good.png")
    (clean_environment / "bad.png").write_bytes(b"garbage")
    run = svgai("convert", "bad.png", "good.png", "--out", "out", "--target", "0.9", "--json")
    bad, good = json.loads(run.out)
    assert (run.code, run.err) == (1, "")
    assert "not an image" in bad["error"]
    assert (good["output"], good["target_quality"], good["met_target"]) == ("out/good.svg", 0.9, True)
    assert good["quality"]["bytes"] == (clean_environment / "out" / "good.svg").stat().st_size


def test_convert_takes_a_promise_of_ones_own(svgai: Command, clean_environment: Path) -> None:
    """Least worst and most bytes; JSON and the table tell what could not be kept."""
    image(clean_environment / "a.png")
    run = svgai("convert", "a.png", "--min-worst", "1", "--max-bytes", "10", "--json")
    (result,) = json.loads(run.out)
    assert (run.code, result["met_target"], result["missed"][-1]) == (0, False, "bytes")
    assert "worst" in result["missed"] or result["quality"]["worst"] == 1
    assert "bytes" in svgai("convert", "a.png", "--max-bytes", "10").err.partition("no:")[2]
    assert svgai("convert", "a.png", "--min-worst", "1.1").code == 2


def test_convert_takes_the_ground_away(svgai: Command, clean_environment: Path) -> None:
    """Or lays the picture on a colour; words that mean nothing are refused with those that do."""
    image(clean_environment / "a.png")
    assert svgai("convert", "a.png", "--background", "#345678", "--strokes", "never").code == 0
    assert "#345678" in (clean_environment / "a.svg").read_text()
    assert "keep, remove, or a colour" in svgai("convert", "a.png", "--background", "white").err
    assert svgai("convert", "a.png", "--strokes", "maybe").code == 2


def test_convert_gives_the_size_in_real_units(svgai: Command, clean_environment: Path) -> None:
    """Millimetres by the resolution that the file names."""
    image(clean_environment / "a.png")
    with Image.open(clean_environment / "a.png") as picture:
        picture.save(clean_environment / "b.png", dpi=(254, 254))
        width = picture.width
    assert svgai("convert", "b.png", "--units", "mm").code == 0
    assert f'width="{width / 10:g}mm"' in (clean_environment / "b.svg").read_text()
    assert svgai("convert", "b.png", "--units", "cm").code == 2


def test_convert_uses_the_models_of_model_dir(
    svgai: Command, clean_environment: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The type is named; AI_ENHANCED=false leaves it out again."""
    monkeypatch.setenv("MODEL_DIR", str(models_folder))
    image(clean_environment / "a.png")
    assert json.loads(svgai("convert", "a.png", "--json").out)[0]["type"] in {"simple", "text", "gradient", "complex"}
    monkeypatch.setenv("AI_ENHANCED", "false")
    assert json.loads(svgai("convert", "a.png", "--json").out)[0]["type"] is None


def test_validate_tells_what_a_folder_holds(svgai: Command, models_folder: Path) -> None:
    """As a table for people, as JSON for machines; nothing is a fault."""
    shown, plain = svgai("validate", models_folder), svgai("validate", models_folder, "--json")
    assert (shown.code, plain.code, plain.err) == (0, 0, "")
    assert "can be served" in shown.err
    report = json.loads(plain.out)
    assert (report["passed"], report["faults"]) == (True, [])
    assert all(file["file"] in shown.err and file["sha256"][:12] in shown.err for file in report["files"])


def test_validate_tells_every_fault(svgai: Command, clean_environment: Path) -> None:
    """A line and exit code 1 for people and machines alike; the files are those that the settings name."""
    broken_model(clean_environment)
    (clean_environment / ".env").write_text("CLASSIFIER_MODEL=mine.onnx\n")
    shown, plain = svgai("validate", "served"), svgai("validate", "served", "--json")
    assert (shown.code, shown.out) == (1, "")
    faults = [line.removeprefix("error: ") for line in shown.err.splitlines() if line.startswith("error: ")]
    assert faults[0].startswith("mine.onnx is not there")
    assert faults[1].startswith("optimizer.xgb is not a readable XGBoost model")
    assert (plain.code, json.loads(plain.out)["faults"], plain.err) == (1, faults, "")


def to_evaluate(folder: Path) -> None:
    image(folder / "set" / "text" / "a.png")
    training_table(folder / "training" / "tables" / "tracings.parquet")


EVALUATE = ("evaluate", "--dataset", "set", "--no-oracle", "--jobs", "1")


def test_evaluate_compares_the_methods(svgai: Command, clean_environment: Path) -> None:
    """As JSON for machines, as tables for people, at every target that is asked for."""
    to_evaluate(clean_environment)
    content = json.loads(svgai(*EVALUATE, "--target", "default", "--target", "0.9", "--json").out)
    assert [row["asked"] for row in content["summary"] if row["method"] == "ours"] == ["default", "0.9"]
    assert content["outcomes"][0]["type"] == "text"
    shown = svgai(*EVALUATE, "--picture", "sheet.png")
    assert "By target and method" in shown.err
    assert (clean_environment / "sheet.png").stat().st_size > 0


def test_evaluate_writes_a_report(svgai: Command, clean_environment: Path) -> None:
    """Between the marks of its section, with the command, and with pictures beside it; kept outcomes give it again."""
    to_evaluate(clean_environment)
    document = clean_environment / "docs" / "evaluation.md"
    document.parent.mkdir()
    document.write_text("before\n<!-- begin: drawn -->\n<!-- end: drawn -->\nafter\n")
    reporting = (*EVALUATE, "--outcomes", "kept.parquet", "--report", "docs/evaluation.md", "--section", "drawn")
    assert svgai(*reporting, "--cases").code == 0
    text = document.read_text()
    assert text.startswith("before\n")
    assert f"    svgai {' '.join(reporting)} --cases\n" in text
    pictures = {path.name for path in (clean_environment / "docs" / "images").iterdir()}
    assert pictures == {"evaluation-drawn-quality-bytes.png", "evaluation-drawn-cases.png"}
    assert all(f"(images/{name})" in text for name in pictures)
    assert svgai(*reporting, "--cases").code == 0
    assert document.read_text() == text


def test_evaluate_asks_the_judge(
    svgai: Command, clean_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of drawings, with the programs of the PATH; what it says goes into a document, every answer onto sheets."""
    to_evaluate(clean_environment)
    disc = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="15" cy="16" r="9"/></svg>'
    (clean_environment / "set" / "disc.svg").write_text(disc)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "butteraugli").write_text("#!/bin/sh\necho 12.5\n")
    (programs / "butteraugli").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    readme = clean_environment / "README.md"
    readme.write_text("<!-- begin: judge -->\n<!-- end: judge -->\n")
    drawn = ("--size", "32", "--picture", "worst.png", "--sheets", "sheets", "--sheet-grid", "1x1")
    content = json.loads(svgai(*EVALUATE, "--judge-report", "README.md", *drawn, "--json").out)
    assert {row["butteraugli"] for row in content["judge"]} == {12.5}
    assert "| SVG-AI |" in readme.read_text()
    assert len(list((clean_environment / "sheets").glob("*.png"))) == len({row["image"] for row in content["outcomes"]})
    assert (clean_environment / "worst.png").stat().st_size > 0
    lenient = json.loads(svgai(*EVALUATE, "--no-judge", "--min-worst", "0", "--target", "0", "--json").out)
    assert lenient["judge"] == []
    assert all(row["met"] for row in lenient["outcomes"] if row["delta_e"] <= 3)


def test_evaluate_tracing_compares_one_setting(svgai: Command, clean_environment: Path) -> None:
    """As JSON for machines, as tables for people, with a picture."""
    image(clean_environment / "set" / "text" / "a.png")
    content = json.loads(svgai("evaluate-tracing", "--dataset", "set", "--jobs", "1", "--json").out)
    assert [row["method"] for row in content["summary"]] == ["default", "flat fills", "ours"]
    shown = svgai("evaluate-tracing", "--dataset", "set", "--jobs", "1", "--picture", "sheet.png")
    assert "Goals of ours" in shown.err
    assert content["flat_fills"]["text"]["setting"] in shown.err
    assert (clean_environment / "sheet.png").stat().st_size > 0


def test_search_tells_what_the_portfolio_is_worth(svgai: Command, clean_environment: Path) -> None:
    """As JSON for machines, as tables for people; the second call takes over all that the first measured."""
    for number in range(44):
        image(clean_environment / "set" / f"{number}.png", number)
    sizes = ("--pool", "3", "--pool-images", "4", "--portfolio", "2", "--images", "40", "--quarter-images", "0")
    options = ("--data", "set", "--out", "table.parquet", *sizes, "--jobs", "2")
    content = json.loads(svgai("search", *options, "--json").out)
    assert (content["portfolio"], content["images"], content["rows"]) == (2, 40, 80)
    promises = [loss["promise"] for loss in content["losses"]]
    assert promises.pop() is None
    assert [(one["target"], one["min_worst"]) for one in promises] == [
        (0.75, 0.8), (0.9, 0.8), (0.95, 0.8), (0.985, 0.8), (0.85, 0), (0.95, 0), (0.985, 0)
    ]  # fmt: skip
    shown = svgai("search", *options)
    assert "single best" in shown.err
    assert "all were there already" in shown.err
    assert len(pd.read_parquet(clean_environment / "table.parquet")) == 80


def test_figures_go_before_the_picture(svgai: Command, clean_environment: Path) -> None:
    """A picture that cannot be written costs no figure."""
    to_evaluate(clean_environment)
    (clean_environment / "taken").write_text("")
    run = svgai(*EVALUATE, "--json", "--picture", "taken/sheet.png")
    assert run.code == 1
    assert json.loads(run.out)["images"] == 1


def few_images(folder: Path) -> None:
    for kind in ("simple", "text", "gradient", "complex"):
        image(folder / "few" / kind / "a.png")


def broken_model(folder: Path) -> None:
    image(folder / "a.png")
    (folder / "served").mkdir()
    (folder / "served" / "classifier.onnx").write_bytes(b"garbage")
    (folder / "served" / "optimizer.xgb").write_bytes(b"")
    (folder / ".env").write_text("MODEL_DIR=served\n")


def out_is_a_file(folder: Path) -> None:
    image(folder / "a.png")
    (folder / "out").write_text("")


@pytest.mark.parametrize(
    "prepare, arguments, told",
    [
        (few_images, "train classifier --no-log --data few", "needs at least 10 images of type simple; there are 1"),
        (few_images, "search --data few --jobs 1", "the search needs at least"),
        (few_images, "search --scheduler tcp://127.0.0.1:9", "there is no Dask scheduler at tcp://127.0.0.1:9"),
        (few_images, "train optimizer --no-log --table none.parquet", "no table of measured tracings at none.parquet"),
        (few_images, "evaluate --dataset nowhere", "nowhere is not a folder"),
        (few_images, "evaluate --dataset few", "not a readable table of measured tracings"),
        (few_images, "evaluate --dataset few --report none.md", "none.md has no place for the report"),
        (few_images, "evaluate --dataset few --judge-report none.md", "none.md has no place for the report"),
        (few_images, "evaluate-tracing --dataset nowhere", "nowhere is not a folder"),
        (out_is_a_file, "evaluate-tracing --dataset .", "holds no image that has a type"),
        (broken_model, "convert a.png", "not a readable ONNX model"),
        (out_is_a_file, "convert a.png --out out", "File exists"),
        (few_images, "loadtest --url http://127.0.0.1:9", "nothing answers at http://127.0.0.1:9"),
        (out_is_a_file, "validate nowhere", "there is no folder nowhere"),
        (out_is_a_file, "validate out", "out is not a folder"),
        (few_images, "loadtest --slo none.yaml", "the objectives cannot be read"),
    ],
)
def test_faults_are_one_line(
    svgai: Command, clean_environment: Path, prepare: Callable[[Path], None], arguments: str, told: str
) -> None:
    """Exit code 1, the last line of stderr says what is wrong, and there is no traceback."""
    prepare(clean_environment)
    run = svgai(*arguments.split())
    assert run.code == 1
    last = run.err.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert told in last
    assert "Traceback" not in run.err
    assert run.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        "train nonsense",
        "data --per-type 0",
        "convert",
        "convert a.png --target 2",
        "convert a.png --max-trials 0",
        "evaluate",
        "evaluate --dataset . --target 2",
        "evaluate --dataset . --target high",
        "evaluate --dataset . --target 0.9 --optuna-target 0.8",
        "evaluate --dataset . --sheet-grid 5",
        "evaluate --dataset . --sheet-grid 0x4",
        "evaluate-tracing",
        "evaluate-tracing --dataset . --per-type -1",
        "export",
        "export out --classifier 0",
        "validate",
        "loadtest --url 127.0.0.1",
        "loadtest --soak 10",
        "loadtest --stages 10s",
        "loadtest --stages 10s:5 --rate 5",
        "loadtest --images nowhere",
        "loadtest --report load.txt",
        "nonsense",
    ],
)
def test_wrong_arguments_are_usage_errors(svgai: Command, arguments: str) -> None:
    """Exit code 2, before any work."""
    run = svgai(*arguments.split())
    assert run.code == 2
    assert "Traceback" not in run.err


def test_the_help_groups_the_commands_and_shows_an_example_of_each(svgai: Command) -> None:
    """In the order of a day's work."""
    shown = svgai("--help").out
    groups = ["Data and training", "Registry", "Delivery", "Use", "Checks", "What was served"]
    places = [shown.index(f" {group} ") for group in groups]
    assert places == sorted(places)
    assert " Commands " not in shown
    for name in COMMANDS:
        told = " ".join(svgai(name, "--help").out.split())
        assert told.count(f"svgai {name} ") + told.count(f"svgai {name}\n") > 1, f"{name} has no example"


def test_the_version_is_told(svgai: Command) -> None:
    """That of the package."""
    assert svgai("--version").out == f"svgai {metadata.version('svgai')}\n"


@pytest.mark.parametrize("arguments", ["status", "history", "gate classifier 1", "build", "watch --once --no-deploy"])
def test_reading_makes_no_registry(svgai: Command, clean_environment: Path, arguments: str) -> None:
    """In a wrong folder, or with a mistyped address, nothing is left behind."""
    run = svgai(*arguments.split())
    assert run.code == 1
    assert "there is no registry at" in run.err
    assert "`svgai train` makes one" in " ".join(run.err.split())
    assert not (clean_environment / "mlflow.db").exists()
