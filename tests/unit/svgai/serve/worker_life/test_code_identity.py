"""What a service computes with has one name."""

import ast
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import svgai
from svgai.serve.worker_life.code_identity import code_digest, library_versions


def test_the_digest_is_the_same_for_the_same_code() -> None:
    """In this process and in the next."""
    first = code_digest()
    code_digest.cache_clear()
    assert code_digest() == first
    assert len(first) == 64


def test_the_versions_are_those_that_are_installed() -> None:
    """Of what is there: the GPU's runtime takes the place of the CPU's."""
    found = library_versions()
    assert found["numpy"] == version("numpy")
    assert "vtracer" in found


def test_every_library_that_a_conversion_is_computed_with_counts() -> None:
    """Services that share a cache give what the others made: a file decoded by another Pillow may differ."""
    rooms = ("decode", "describe", "choose", "trace", "measure", "convert")
    found = {
        name
        for room in rooms
        for file in (Path(svgai.__file__).parent / room).rglob("*.py")
        for name in _imported(ast.parse(file.read_text()))
    }
    libraries = found - sys.stdlib_module_names - {"svgai", "pydantic"}  # which only checks what is given
    assert {"numpy", "PIL", "scipy"} <= libraries
    packages = {
        name: {one.replace("_", "-").lower() for one in all_} for name, all_ in packages_distributions().items()
    }
    assert [name for name in sorted(libraries) if library_versions().keys().isdisjoint(packages[name])] == []


def _imported(module: ast.Module) -> set[str]:
    names = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {name.partition(".")[0] for name in names}
