"""The documents say what the code does: nothing that exists is missing from them, and nothing in them is made up."""

import re
import subprocess
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import typer.main
from starlette.requests import Request
from typer.core import TyperGroup

from cli import app
from commands.documents.reference_tables import metrics_table
from evaluation.report.tracing_figures import GOALS, Goal
from svgai import errors
from svgai.api.answers import ROUTES, convert_response
from svgai.api.openapi import openapi_document
from svgai.api.requests.request_record import begin_record
from svgai.api.schemas.answers import ConvertAnswer, MeasuredQuality
from svgai.settings import InvalidSettings, Settings
from svgai.trace.parameters import TracingParameters

ROOT = Path(__file__).parents[2]
README, API, COMMANDS = ROOT / "README.md", ROOT / "docs/API_REFERENCE.md", ROOT / "docs/commands.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

UNANSWERED = {
    errors.ClientGone,
    errors.ModelFault,
    errors.DatasetFault,
    errors.FolderFault,
    errors.ClusterFault,
    errors.RegistryFault,
    errors.GateFailed,
    errors.ProgramFailed,
    errors.DeploymentFault,
    errors.ContainerFault,
    errors.PrometheusFault,
    errors.StackFault,
    errors.QualityStoreFault,
    errors.RecordRefused,
    InvalidSettings,
}
"""Faults that no HTTP client gets: those of the command line, and the client's own leaving."""

# Written so that this file is no match.
FORBIDDEN = re.compile(r"/(?:work|root)/|/tmp/[w]/|/opt/[w]heels|pypi[.]org|python[h]osted|download[.]pytorch")


def rows(page: Path, header: str) -> list[list[str]]:
    """The cells of the table that begins with this header, without code marks."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start = lines.index(header) + 2
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines[start:end]]


def as_text(default: object) -> str:
    if default is None or default == ():
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def faults(of: type[errors.SvgAiError] = errors.SvgAiError) -> Iterator[type[errors.SvgAiError]]:
    yield of
    for below in of.__subclasses__():
        if below.__module__.startswith("svgai."):
            yield from faults(below)


def commands() -> MutableMapping[str, Any]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group.commands


def sections(page: Path) -> dict[str, str]:
    """Text by second-level heading."""
    parts = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.usefixtures("clean_environment")
def test_environment_example_is_a_valid_file_of_defaults(tmp_path: Path) -> None:
    """With every line taken in, .env.example gives the default settings."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    copy = tmp_path / "all.env"
    copy.write_text(re.sub(r"^#([A-Z_]+=)", r"\1", text, flags=re.MULTILINE), encoding="utf-8")
    assert Settings(_env_file=copy) == Settings(_env_file=None)


def test_pages_name_only_metrics_that_exist() -> None:
    """What the table of metrics does not have is in no other page either, but in what was tried."""
    known = set(re.findall(r"`(\w+)`", metrics_table()))
    for page in PAGES:
        if page.name not in {"experiments.md", "CHANGELOG.md"}:
            named = set(re.findall(r"`(svgai_[a-z_]+)[`{]", page.read_text(encoding="utf-8")))
            assert named <= known, page.name


def test_api_page_names_every_endpoint() -> None:
    """docs/API_REFERENCE.md names the paths that answer, and no others."""
    found = set(re.findall(r"(?:GET|POST) (/[a-z./-]*)", API.read_text(encoding="utf-8")))
    assert found == ROUTES


def test_other_pages_name_only_endpoints_that_exist() -> None:
    """No page sends a client to a path that does not answer."""
    for page in PAGES:
        for path in re.findall(r"(?<![a-z])/api/[a-z-]+", page.read_text(encoding="utf-8")):
            assert path in ROUTES, f"{page.name}: {path}"


def test_api_page_lists_every_error() -> None:
    """docs/API_REFERENCE.md lists status and code of every fault that an HTTP answer may carry."""
    listed = {(int(status), code) for status, code, _ in rows(API, "| status | code | when |")}
    assert listed == {(fault.status, fault.code) for fault in faults() if fault not in UNANSWERED}


def test_openapi_document_names_every_error_and_no_others() -> None:
    """The OpenAPI document and the API reference name the same, but for a path or method that is not there."""
    listed = {(status, code) for status, code, _ in rows(API, "| status | code | when |")}
    named = {
        (status, code)
        for path in openapi_document()["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if (codes := re.search(r"\(([a-z_, ]+)\)\.$", response["description"]))
        for code in codes[1].split(", ")
    }
    assert named == listed - {("404", "not_found"), ("405", "method_not_allowed")}


def test_api_page_lists_the_headers_of_an_svg_answer() -> None:
    """docs/API_REFERENCE.md names each X-SVGAI header of a conversion."""
    quality = MeasuredQuality(ssim=1, worst=1, edge_ssim=1, delta_e=0, bytes=9, paths=1, measured_px=9)
    answer = ConvertAnswer(
        svg="<svg/>",
        parameters=TracingParameters(),
        quality=quality,
        target_quality=0.9,
        min_worst=0.8,
        met_target=True,
        missed=[],
        trials=1,
        type="text",
        ai="used",
        conversion_id="c",
        model_version="1",
        arm="champion",
    )
    scope = {"type": "http", "method": "POST", "path": "/api/convert", "headers": [(b"accept", b"image/svg+xml")]}
    begin_record(scope, None, "/api/convert")
    sent = {name for name in convert_response(answer, Request(scope)).headers if name.startswith("x-svgai-")}
    listed = {name.lower() for name in re.findall(r"X-SVGAI-[A-Za-z-]+", API.read_text(encoding="utf-8"))}
    assert listed == sent


def test_api_page_lists_every_tracing_parameter() -> None:
    """docs/API_REFERENCE.md lists fields, defaults and meanings of TracingParameters, and the limits that hold."""
    listed = rows(API, "| field | range | default | meaning |")
    assert [[name, default, meaning] for name, _, default, meaning in listed] == [
        [name, as_text(field.default), field.description] for name, field in TracingParameters.model_fields.items()
    ]
    schema = TracingParameters.model_json_schema()["properties"]
    for name, limits, _, _ in listed:
        field = schema[name]
        if field["type"] == "boolean":
            expected = "true, false"
        elif "enum" in field:
            expected = ", ".join(field["enum"])
        else:
            expected = f"{field['minimum']:g}-{field['maximum']:g}"
        assert limits == expected, name


def test_commands_page_describes_every_command_with_every_option() -> None:
    """docs/commands.md has a section for each command, which names its options, and no others."""
    described = {heading.removeprefix("svgai "): text for heading, text in sections(COMMANDS).items()}
    described.pop("make")
    assert set(described) == set(commands())
    for name, command in commands().items():
        parts = command.commands.values() if isinstance(command, TyperGroup) else [command]
        parameters = [option for part in parts for option in part.params]
        options = {flag for option in parameters for flag in (*option.opts, *option.secondary_opts)}
        expected = {flag for flag in options if flag.startswith("--")}
        assert set(re.findall(r"--[a-z][a-z-]*", described[name])) == expected, name


def test_evaluation_page_lists_the_goals() -> None:
    """docs/evaluation.md and the goals that `svgai evaluate-tracing` checks agree."""
    listed = rows(ROOT / "docs/evaluation.md", "| type | ssim at least | delta_e at most | kB at most |")
    assert {kind: Goal(*map(float, figures)) for kind, *figures in listed} == GOALS


@pytest.mark.slow
def test_pages_name_only_commands_that_exist() -> None:
    """Every `svgai X` in the documents is a command."""
    for page in PAGES:
        for name in re.findall(r"(?<![\w/-])svgai ([a-z]+(?:-[a-z]+)*)\b", page.read_text(encoding="utf-8")):
            assert name in commands(), f"{page.name}: svgai {name}"


def test_make_targets_are_those_of_the_documents() -> None:
    """docs/commands.md lists each target of the Makefile but help; other pages name only these."""
    declared = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared
    targets = set(declared[1].split())
    assert {name.removeprefix("make ") for name, _ in rows(COMMANDS, "| target | what it does |")} == targets - {"help"}
    for page in PAGES:
        named = re.findall(r"(?:`|^    )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets, page.name


def test_links_between_files_lead_somewhere() -> None:
    """Every relative link in the documents is a file of the repository, and its anchor a heading there."""
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if "://" in target:
                continue
            name, _, anchor = target.partition("#")
            linked = page.parent / name if name else page
            assert linked.exists(), f"{page.relative_to(ROOT)}: {target}"
            if anchor:
                headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}, target


def test_architecture_lists_the_folders_of_the_code() -> None:
    """The listing at the top of docs/architecture.md names every package, and no folder that does not exist."""
    listing = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").split("\n\n    decode <-")[0]
    named = set(re.findall(r"(?<![\w.])([a-z_]+)/", listing.partition("## The listing")[2]))
    rooms = [room for room in ROOT.iterdir() if room.is_dir() and room.name in named]
    folders = {path for room in rooms for path in (room, *room.rglob("*")) if path.is_dir()}
    code = {path for path in folders if (path / "__init__.py").is_file() and path.relative_to(ROOT).parts[0] != "tests"}
    parts = {path for path in code if len(path.relative_to(ROOT).parts) <= (3 if ROOT / "svgai" in path.parents else 2)}
    assert {path.name for path in parts} <= named <= {path.name for path in folders}


def test_decisions_are_numbered_without_gaps() -> None:
    """docs/adr/ holds 0001, 0002, ..., each with its number in the title."""
    for number, page in enumerate(sorted((ROOT / "docs/adr").glob("*.md")), start=1):
        assert page.name.startswith(f"{number:04}-")
        assert page.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_files_name_no_machine_and_no_package_registry() -> None:
    """Nothing in the repository is tied to where it was made."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: no list of the repository's files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    found = []
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        text = path.read_bytes().decode("utf-8", errors="ignore") if path.is_file() else ""
        found += [f"{name}: {word}" for word in FORBIDDEN.findall(text)]
    assert not found
