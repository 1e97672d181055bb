"""
Fuzzing led by coverage, with atheris: decoding, request forms or tracing parameters, for as long as one likes.

    python -m tests.fuzzing.guided decode -max_total_time=60
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["svgai"]):
    from tests.fuzzing.targets import TARGETS

from tests.fuzzing.sound_files import sound_files
from tests.fuzzing.targets import body

_CORPUS = Path("build/fuzz/corpus")


def main() -> None:
    """Fuzz one target; further arguments are libFuzzer's. An input that fails is kept in build/fuzz."""
    name, *options = sys.argv[1:]
    folder = _CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    known = sound_files() if name == "decode" else [body(seed) for seed in range(200)]
    for number, data in enumerate(known):
        (folder / f"sound-{number}").write_bytes(data)
    target = TARGETS[name]
    kept = f"-artifact_prefix=build/fuzz/{name}-"
    atheris.Setup([sys.argv[0], kept, "-max_len=65536", *options, str(folder)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
