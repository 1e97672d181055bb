"""The audit of the pins: what is open, what is explained, and what nobody could look up."""

import json
import re
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from containers.audit import ADVISORIES, Advisory, Audited, Explained, audit, findings, load_explained, main, pip_audit
from svgai.errors import ContainerFault

ROOT = Path(__file__).parents[3]
AUDITED = re.findall(r"containers\.audit (.+)", (ROOT / "Makefile").read_text())[0].split()
REASON = "The part that it concerns is not used here."
LEAK = Advisory(id="PYSEC-2026-1", aliases=("CVE-2026-2",), fix_versions=("1.1",))
PACKAGE = Audited(name="web", version="1.0", vulns=(LEAK,))


def explained(identifier: str = "CVE-2026-2", package: str = "web") -> Explained:
    return Explained(id=identifier, package=package, reason=REASON)


def test_an_advisory_is_open_until_it_is_explained() -> None:
    """With the version that fixes it; an alias explains it as well."""
    assert findings([PACKAGE], []) == ["web 1.0: PYSEC-2026-1, fixed in 1.1: raise the pin"]
    assert findings([PACKAGE], [explained()]) == []
    assert findings([PACKAGE], [explained("PYSEC-2026-1")]) == []


def test_an_advisory_without_a_fix_says_so() -> None:
    """There is something to do all the same."""
    unfixed = PACKAGE.model_copy(update={"vulns": (Advisory(id="A-1"),)})
    assert findings([unfixed], []) == ["web 1.0: A-1, no fix: leave it out, or explain it"]


def test_an_explanation_holds_for_its_package_alone() -> None:
    """And where it explains nothing, it has to go."""
    assert findings([PACKAGE], [explained(package="other")]) == [
        "web 1.0: PYSEC-2026-1, fixed in 1.1: raise the pin",
        "other: CVE-2026-2 is explained and no longer found",
    ]


def test_what_could_not_be_looked_up_is_a_finding() -> None:
    """An index without advisories must not look like a clean bill."""
    skipped = [Audited(name=name, skip_reason=f"{name} is unknown") for name in ("web", "app", "app")]
    assert findings(skipped, [explained()]) == ["2 packages could not be looked up; the first: app is unknown"]


def test_files_of_pins_share_their_findings() -> None:
    """A package of both is told once, and one explanation does for both."""
    both = [Path("serving.txt"), Path("all.txt")]
    assert audit(both, [], lambda _pins: [PACKAGE]) == ["web 1.0: PYSEC-2026-1, fixed in 1.1: raise the pin"]
    assert audit(both, [explained()], lambda pins: [PACKAGE] if pins == both[0] else []) == []


def python_that_prints(folder: Path, text: str) -> str:
    """In place of the Python that runs pip-audit: a program that prints, and fails as pip-audit does."""
    command = folder / "python"
    command.write_text(f"#!{sys.executable}\nimport sys\nprint({text!r})\nsys.exit('no network')\n")
    command.chmod(0o755)
    return str(command)


def test_what_pip_audit_finds_is_read(tmp_path: Path) -> None:
    """Its exit code is that of a failure where it found something."""
    vuln = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-2"], "fix_versions": ["1.1"]}
    told = {"dependencies": [{"name": "web", "version": "1.0", "vulns": [vuln]}, {"name": "b", "skip_reason": "gone"}]}
    assert pip_audit(Path("pins"), python=python_that_prints(tmp_path, json.dumps(told))) == (
        PACKAGE,
        Audited(name="b", skip_reason="gone"),
    )


def test_no_answer_is_a_fault(tmp_path: Path) -> None:
    """With the last words of pip-audit."""
    with pytest.raises(ContainerFault, match="public advisories are needed: no network"):
        pip_audit(Path("pins"), python=python_that_prints(tmp_path, ""))


def test_the_projects_explanations_are_valid() -> None:
    """Each is of a package that is pinned."""
    pinned = {line.split("==")[0] for file in AUDITED for line in (ROOT / file).read_text().splitlines()}
    assert {one.package for one in load_explained(ROOT / ADVISORIES)} <= pinned


def test_every_pin_of_the_project_is_looked_up() -> None:
    """Each file of pins, or one that holds all of it, is given to the audit by `make audit`."""
    files = [*(ROOT / "requirements").glob("*.txt"), *(ROOT / "deploy").rglob("requirements*.txt")]
    looked_up = {line for file in AUDITED for line in (ROOT / file).read_text().splitlines()}
    assert len(files) > len(AUDITED)
    assert not {line for file in files for line in file.read_text().splitlines()} - looked_up


def test_explanations_that_are_not_there_are_a_wrong_option() -> None:
    """Told before anything is looked up."""
    app = typer.Typer()
    app.command()(main)
    done = CliRunner().invoke(app, [str(ROOT / AUDITED[0]), "--explained", "nowhere.yaml"])
    assert done.exit_code == 2
    assert "does not exist" in done.output


@pytest.mark.parametrize("text", ["", "[", "- {id: A-1, package: web, reason: no}", "- {id: A-1, package: web}"])
def test_an_advisory_without_a_reason_is_refused(tmp_path: Path, text: str) -> None:
    """A word is no reason."""
    path = tmp_path / "advisories.yaml"
    path.write_text(text)
    with pytest.raises(ContainerFault, match="id, package and reason"):
        load_explained(path)
