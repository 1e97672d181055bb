"""What is taken out of an installation, and what stays usable."""

import ast
import platform
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from deploy.image.slim import slim
from tests.integration.servers.viewers import program

ROOT = Path(__file__).parents[3]
NOTHING: dict[str, list[dict[str, object]]] = {"unused": [], "uncalled": [], "debuggable": []}
ON_X86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the assembly is for x86-64")


def function(name: str, *body: str) -> str:
    """A global function in assembly."""
    return "\n".join((f".globl {name}", f".type {name}, %function", f"{name}:", *body, ""))


CALLER = function("used", "jmp called@PLT") + function("own", "mov $7, %eax", "ret")
CALLED = function("called", "mov $1, %eax", "ret") + function("spare", "ret")
OBJECT = ".data\n.globl called\n.type called, %object\n.size called, 8\ncalled: .quad 1\n"


def library(folder: Path, name: str, source: str, *options: str) -> Path:
    """A shared library of assembly."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with tempfile.TemporaryDirectory() as beside:
        text, compiled = Path(beside) / "source.s", Path(beside) / "source.o"
        text.write_text(source)
        subprocess.run([program("as"), "-o", compiled, text], check=True)
        subprocess.run([program("ld"), "-shared", "-soname", name, "-o", path, compiled, *options], check=True)
    return path


def call(path: Path, name: str) -> int:
    """What a function of a library gives, or minus the signal that ended the process in which it was called."""
    code = f"import ctypes, sys; sys.exit(ctypes.CDLL({str(path)!r}).{name}())"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


def linked(folder: Path, called: str = CALLED, *options_of_called: str) -> tuple[Path, Path]:
    """A library, and one in a folder beside it that calls it."""
    used = library(folder / "some.libs", "libcalled.so", called, *options_of_called)
    options = ["-L", str(used.parent), "-l:libcalled.so", "-rpath", "$ORIGIN/../some.libs"]
    return used, library(folder / "package", "user.so", CALLER, *options)


def test_what_is_listed_goes_and_the_rest_stays(tmp_path: Path) -> None:
    """Folders and files by glob, at any depth."""
    for name in ("one/tests/a.py", "one/kept.py", "two/deep/tests/b.py", "two/code.pyi"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    slim(tmp_path, NOTHING | {"unused": [{"why": "developers", "files": ["**/tests", "**/*.pyi"]}]})
    assert {path.name for path in tmp_path.rglob("*")} == {"one", "kept.py", "two", "deep"}


@pytest.mark.parametrize("kind", ["unused", "debuggable"])
def test_a_list_that_no_longer_fits_ends_the_build(tmp_path: Path, kind: str) -> None:
    """It names the entry that finds nothing."""
    with pytest.raises(SystemExit, match=r"nothing is called gone/\*\.so"):
        slim(tmp_path, NOTHING | {kind: [{"why": "", "files": ["gone/*.so"]}]})


@pytest.mark.parametrize("libraries,keep,absent", [("gone.libs", [], r"gone\.libs/"), ("some.libs", ["libz*"], "libz")])
def test_libraries_that_are_no_longer_there_end_the_build(
    tmp_path: Path, libraries: str, keep: list[str], absent: str
) -> None:
    """Else an update that renames them would bring back what is to be left out, and nobody would see it."""
    (tmp_path / "some.libs").mkdir()
    (tmp_path / "some.libs/libcalled.so").touch()
    with pytest.raises(SystemExit, match=f"nothing is called {absent}"):
        slim(tmp_path, NOTHING | {"uncalled": [{"why": "", "libraries": libraries, "keep": keep}]})


@ON_X86_64
def test_a_library_that_is_linked_and_not_called_becomes_a_trap(tmp_path: Path) -> None:
    """Its user loads and works; what it would call ends the process, and another library of the folder is gone."""
    used, user = linked(tmp_path)
    spare = library(used.parent, "libspare.so", CALLED)
    slim(tmp_path, NOTHING | {"uncalled": [{"why": "", "libraries": "some.libs", "keep": []}]})
    assert not spare.exists()
    assert call(user, "own") == 7
    assert call(user, "used") == -signal.SIGILL


@ON_X86_64
def test_a_trap_has_the_versions_of_the_names_that_it_stands_for(tmp_path: Path) -> None:
    """The dynamic linker looks names up with their versions, and would refuse the user otherwise."""
    versions = tmp_path / "versions.map"
    versions.write_text("SOME_1 { global: called; spare; };\n")
    used, user = linked(tmp_path, CALLED, "--version-script", str(versions))
    slim(tmp_path, NOTHING | {"uncalled": [{"why": "", "libraries": "some.libs", "keep": []}]})
    assert b"SOME_1" in used.read_bytes()
    assert call(user, "own") == 7
    assert call(user, "used") == -signal.SIGILL


@ON_X86_64
def test_a_library_loses_its_symbol_table_and_works(tmp_path: Path) -> None:
    """What the dynamic linker needs stays."""
    path = library(tmp_path / "package", "big.so", CALLED + "local: ret\n")
    assert b".symtab" in path.read_bytes()
    slim(tmp_path, NOTHING | {"debuggable": [{"why": "", "files": ["package/*.so"]}]})
    assert b".symtab" not in path.read_bytes()
    assert call(path, "called") == 1


def test_what_binutils_says_ends_the_build(tmp_path: Path) -> None:
    """With the command that failed: nobody sees more than the build's last lines."""
    program("strip")
    (tmp_path / "broken.so").write_text("no library")
    with pytest.raises(SystemExit, match=r"strip --strip-unneeded .*broken\.so: .*not recognized"):
        slim(tmp_path, NOTHING | {"debuggable": [{"why": "", "files": ["broken.so"]}]})


@ON_X86_64
def test_a_library_that_is_to_be_kept_is_as_it_was(tmp_path: Path) -> None:
    """By glob of its name."""
    used, user = linked(tmp_path)
    content = used.read_bytes()
    slim(tmp_path, NOTHING | {"uncalled": [{"why": "", "libraries": "some.libs", "keep": ["libcalled*"]}]})
    assert used.read_bytes() == content
    assert call(user, "used") == 1


@ON_X86_64
def test_a_library_that_gives_data_is_not_replaced(tmp_path: Path) -> None:
    """A trap has only functions."""
    linked(tmp_path, OBJECT)
    with pytest.raises(SystemExit, match=r"libcalled\.so cannot be replaced: called is no function"):
        slim(tmp_path, NOTHING | {"uncalled": [{"why": "", "libraries": "some.libs", "keep": []}]})


@pytest.mark.slow
def test_the_service_imports_nothing_of_scipy_that_the_image_leaves_out() -> None:
    rules = tomllib.loads((ROOT / "deploy/image/slim.toml").read_text())
    removed = {glob.removeprefix("scipy/") for rule in rules["unused"] for glob in rule["files"] if "scipy/" in glob}
    imported = {
        name.split(".")[1] if "." in name else alias
        for path in sorted((ROOT / "svgai").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (name := node.module or "").split(".")[0] == "scipy"
        for alias in (each.name for each in node.names)
    }
    assert imported
    assert not imported & removed
