"""The state of a stack's service, and what compose reads of it."""

from pathlib import Path

import pytest
import yaml

from stack.release import STATE_FILE, Release, read_release, write_release
from svgai.errors import StackFault

OLD = Release(images={"blue": "old", "green": "older"})


def test_compose_reads_the_image_of_every_replica(tmp_path: Path) -> None:
    """Those of the set that comes, too."""
    write_release(tmp_path, OLD.with_other("new"))
    services = yaml.safe_load((tmp_path / "release.yaml").read_text())["services"]
    assert {name: service["image"] for name, service in services.items()} == {
        "blue-1": "old",
        "blue-2": "old",
        "green-1": "new",
        "green-2": "new",
    }


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """And where there is none that is no fault."""
    assert read_release(tmp_path) is None
    release = OLD.with_other("new").switched()
    write_release(tmp_path, release)
    assert read_release(tmp_path) == release
    assert (release.live, release.image, release.former, release.phase) == ("green", "new", "old", "draining")


def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    """Rather than taken for a stack that was never started."""
    (tmp_path / STATE_FILE).write_text('{"live": "red"}')
    with pytest.raises(StackFault, match="svgai stack restore"):
        read_release(tmp_path)
