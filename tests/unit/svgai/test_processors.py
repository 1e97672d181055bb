"""Processors that may be used: by affinity, and by the quotas of control groups."""

import os
from pathlib import Path

import pytest

from svgai.processors import usable_processors

CORES = len(os.sched_getaffinity(0))


def usable(folder: Path, own: str, files: dict[str, str]) -> int:
    """By a tree of groups with these files."""
    for name, content in files.items():
        path = folder / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / "own").write_text(own, encoding="utf-8")
    return usable_processors(folder / "groups", folder / "own")


def test_without_quotas_it_is_those_that_it_may_run_on(tmp_path: Path) -> None:
    """Also where the system has no control groups."""
    assert usable_processors(tmp_path / "none", tmp_path / "none") == CORES
    assert usable(tmp_path, "0::/\n", {"cpu.max": "max 100000\n"}) == CORES
    assert usable(tmp_path, "no group\n", {}) == CORES


@pytest.mark.parametrize("quota, processors", [("150000", 1), ("50000", 1), ("99000000", CORES)])
def test_a_container_has_what_its_quota_grants(tmp_path: Path, quota: str, processors: int) -> None:
    """Whole processors, one at least, and no more than there are."""
    assert usable(tmp_path, "0::/\n", {"cpu.max": f"{quota} 100000\n"}) == processors


def test_the_quota_of_a_group_around_it_counts(tmp_path: Path) -> None:
    """As of a pod around a container."""
    files = {"pod/cpu.max": "100000 100000\n", "pod/box/cpu.max": "max 100000\n"}
    assert usable(tmp_path, "0::/pod/box\n", files) == 1


def test_quotas_of_version_1_count(tmp_path: Path) -> None:
    """They lie in the tree of their controllers; -1 is none."""
    own = "4:memory:/box\n2:cpu,cpuacct:/box\n"
    quota, period = "cpu,cpuacct/cpu.cfs_quota_us", {"cpu,cpuacct/cpu.cfs_period_us": "100000\n"}
    assert usable(tmp_path, own, {quota: "-1\n", **period}) == CORES
    assert usable(tmp_path, own, {quota: "120000\n", **period}) == 1
