"""What the documents show: commands are taken with all their arguments, files have their form, messages exist."""

import ast
import configparser
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
import typer.main

from cli import app
from svgai.api.answers import FORMS, ROUTES
from svgai.api.schemas.feedback_form import FeedbackForm
from svgai.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    *(f"docs/{name}.md" for name in ("OPERATIONS", "TROUBLESHOOTING", "USER_GUIDE", "AI_DEPLOYMENT", "API_REFERENCE")),
    *(f"docs/{name}.md" for name in ("ml-engineer", "own-models", "promoting-models", "security")),
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
ENGINE_OPTIONS = {
    "--cap-drop": "cap", "--device": "device", "--env": "setting", "--gpus": "which", "--read-only": "", "--rm": "",
    "--security-opt": "what", "--stop-timeout": "seconds", "--tmpfs": "folder", "--volume": "where", "-p": "ports",
}  # fmt: skip
"""What podman and docker both take, as the tests of the image do; empty: without a value."""

SOURCES = ("svgai", "registry", "rollout", "containers", "commands", "service.py", "cli.py", "Makefile")


def _without_fences(page: str) -> str:
    return re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def lines() -> Iterator[str]:
    """Indented lines, those joined that end with a backslash, without the comment behind them."""
    for page in PAGES:
        shown = re.findall(r"^    (\S.*)$", re.sub(r" \\\n +", " ", _without_fences(page)), re.MULTILINE)
        yield from (re.split(r" {2,}#", line)[0].strip() for line in shown)


def fenced(language: str) -> Iterator[str]:
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        yield from re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("line", sorted(set(lines())))
def test_every_line_that_is_shown_is_taken(line: str) -> None:
    """By the program that it is for, with all that is written after it; nothing is done."""
    if line.startswith("{"):
        assert json.loads(line)
        return
    words = shlex.split(line)
    while "=" in words[0]:
        assert words.pop(0).partition("=")[0].lower() in Settings.model_fields
    program, *arguments = words
    CHECKS[Path(program).name](arguments)


def _svgai(arguments: list[str]) -> None:
    command, rest = typer.main.get_command(app), arguments
    while hasattr(command, "commands"):
        command, rest = command.commands[rest[0]], rest[1:]
    command.make_context("svgai", rest)


def _make(arguments: list[str]) -> None:
    assert re.search(rf"^{arguments[0]}:", MAKEFILE, re.MULTILINE)
    assert all(re.search(rf"\b{word.partition('=')[0]}\b", MAKEFILE) for word in arguments[1:])


def _python(arguments: list[str]) -> None:
    assert arguments[0] == "-m"
    assert find_spec(arguments[1]) is not None


def _curl(arguments: list[str]) -> None:
    """Its path answers, and takes the fields that are sent; that it does is seen in tests/integration/serving."""
    (url,) = (word for word in arguments if re.match(r"(https?://)?(127\.0\.0\.1|localhost):3000/", word))
    path = "/" + url.partition("3000/")[2]
    assert path in ROUTES
    name = path.rpartition("/")[2]
    known = FeedbackForm if name == "feedback" else FORMS[name]
    for option, value in pairwise(arguments):
        if option == "-F":
            field, _, content = value.partition("=")
            assert field in known.model_fields
            assert not content.startswith("@") or (ROOT / content[1:]).is_file()
        if option == "--json":
            assert json.loads(value).keys() <= known.model_fields.keys()


def _engine(arguments: list[str]) -> None:
    assert arguments.pop(0) == "run"
    while arguments[0].startswith("-"):
        option = arguments.pop(0)
        value = arguments.pop(0) if ENGINE_OPTIONS[option] else ""
        if option == "--env":
            assert value.partition("=")[0].lower() in Settings.model_fields
    assert len(arguments) == 1
    assert re.fullmatch(r"svgai:[A-Za-z0-9-]+", arguments[0])


def _bentoml(arguments: list[str]) -> None:
    assert arguments[0] == "containerize"
    assert re.fullmatch(r"svgai:[A-Za-z0-9-]+", arguments[1])
    assert set(arguments[2::2]) <= {"--backend", "--opt", "--image-tag"}


def _promtool(arguments: list[str]) -> None:
    """What it says of them is tested where it is installed."""
    assert arguments[:2] in (["check", "config"], ["test", "rules"], ["check", "rules"])
    assert all((ROOT / name).is_file() for name in arguments[2:])


def _mlflow(arguments: list[str]) -> None:
    """A server of MLflow's own is started by tests/integration/serving/bentos/test_served_file.py."""
    assert arguments[:2] == ["models", "serve"]


def _export(arguments: list[str]) -> None:
    """What lies in this project is there."""
    for word in arguments:
        name, _, value = word.partition("=")
        assert name.isupper()
        assert not value.startswith("$PWD") or (ROOT / value.removeprefix("$PWD/")).exists()


def _grep(arguments: list[str]) -> None:
    assert len(arguments) == 2


CHECKS = {
    "svgai": _svgai,
    "make": _make,
    "python": _python,
    "curl": _curl,
    "docker": _engine,
    "podman": _engine,
    "bentoml": _bentoml,
    "promtool": _promtool,
    "mlflow": _mlflow,
    "export": _export,
    "grep": _grep,
}


@pytest.mark.parametrize("sample", list(fenced("python")))
def test_programs_are_python(sample: str) -> None:
    """Those that call a service are run in tests/integration/serving/api/test_client.py."""
    ast.parse(sample)


@pytest.mark.parametrize("unit", list(fenced("ini")))
def test_a_systemd_unit_starts_a_command_that_exists(unit: str) -> None:
    """With arguments that it takes."""
    parsed = configparser.ConfigParser()
    parsed.read_string(unit)
    program, *arguments = shlex.split(parsed["Service"]["ExecStart"])
    assert program.endswith("/.venv/bin/svgai")
    _svgai(arguments)


def test_every_fence_has_a_language_that_is_looked_at() -> None:
    """Drawings are GitHub's to show; nginx's configuration is in front of a service in the tests of TLS."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert set(re.findall(r"^```(\w+)$", text, re.MULTILINE)) <= {"python", "ini", "mermaid", "nginx"}, page


@cache
def _written() -> str:
    """All that this project may write, with its line ends and joints of strings taken out."""
    files = [
        path for name in SOURCES for path in ((ROOT / name).rglob("*.py") if (ROOT / name).is_dir() else [ROOT / name])
    ]
    return "\n".join(re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8")) for path in files)


def quoted() -> Iterator[str]:
    """Words of two and more in code marks, in the first column of the tables of troubleshooting."""
    text = (ROOT / "docs/TROUBLESHOOTING.md").read_text(encoding="utf-8")
    for cell in re.findall(r"^\| (.+?) \| ", text, re.MULTILINE):
        yield from (words for words in re.findall(r"`([^`]+)`", cell) if " " in words)


@pytest.mark.parametrize("words", sorted(set(quoted())))
def test_what_troubleshooting_quotes_is_what_is_written(words: str) -> None:
    """A message that was changed in the code is found nowhere in the document otherwise."""
    assert words in _written()
