"""The folder of a stack."""

import os
import re
import ssl
import subprocess
from pathlib import Path

import pytest
import yaml

from stack.environment import Choice, read_environment
from stack.health import UNCHECKED
from stack.installation import CERTIFICATE, KEY, make, refresh
from svgai.errors import StackFault

COMPOSE = Path("deploy/compose/compose.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stack that was made."""
    made = tmp_path / "stack"
    make(made, Choice("svgai:1", host="svg.example.com"))
    refresh(made, read_environment(made))
    return made


def test_a_stack_is_never_made_over_another_one(folder: Path) -> None:
    """Its secrets stay, which its databases were made with."""
    before = (folder / ".env").read_text()
    with pytest.raises(StackFault, match="stays as it is"):
        make(folder, Choice("svgai:2"))
    assert (folder / ".env").read_text() == before


def test_a_profile_that_is_not_known_leaves_nothing(tmp_path: Path) -> None:
    """A slip can be mended by calling it again."""
    with pytest.raises(StackFault, match="grafanna is none of"):
        make(tmp_path / "stack", Choice("svgai:1", profiles=("grafanna",)))
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_of_the_machine_gets_in(folder: Path) -> None:
    """The folder and its .env are its owner's alone, after every refresh."""
    assert (folder.stat().st_mode & 0o777, (folder / ".env").stat().st_mode & 0o777) == (0o700, 0o600)


def test_what_an_operator_changed_stays(folder: Path) -> None:
    """Where alerts go, the certificate, the switch; the rest is as this version has it."""
    kept = [folder / "alertmanager" / "alertmanager.yml", folder / CERTIFICATE, folder / "switch" / "ai"]
    for file in kept:
        file.write_text("mine")
    (folder / "compose.yaml").write_text("old")
    refresh(folder, read_environment(folder))
    assert [file.read_text() for file in kept] == ["mine"] * 3
    assert (folder / "compose.yaml").read_text() == COMPOSE.read_text()


def test_grafana_gets_the_dashboards_and_their_source(folder: Path) -> None:
    """All of deploy/monitoring, at the places and by the variables that its container has."""
    written = sorted(path.name for path in Path("deploy/monitoring/grafana/dashboards").glob("*.json"))
    assert written
    assert sorted(path.name for path in (folder / "grafana/dashboards").iterdir()) == written
    grafana = yaml.safe_load(COMPOSE.read_text())["services"]["grafana"]
    mounts = dict(volume.split(":")[:2] for volume in grafana["volumes"])
    assert mounts["./grafana/dashboards"] == grafana["environment"]["SVGAI_DASHBOARDS"]
    asked = "".join(path.read_text() for path in (folder / "grafana/provisioning").glob("*/*.yml"))
    assert set(re.findall(r"\$(\w+)", asked)) <= set(grafana["environment"]) | {"__rate_interval"}


def test_containers_can_read_what_they_mount_whatever_the_mask(tmp_path: Path) -> None:
    """Their users are none of this machine's; the stack's own folder lets nobody else in."""
    made = tmp_path / "stack"
    before = os.umask(0o077)
    try:
        make(made, Choice("svgai:1"))
        refresh(made, read_environment(made))
    finally:
        os.umask(before)
    for path in made.rglob("*"):
        if path.name != ".env":
            assert path.stat().st_mode & 0o555 == (0o555 if path.is_dir() else 0o444), path
    assert made.stat().st_mode & 0o777 == 0o700


def test_the_certificate_is_one_of_its_key_and_host(folder: Path) -> None:
    """As OpenSSL loads it, which checks that both belong together."""
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(folder / CERTIFICATE, folder / KEY)
    told = subprocess.run(
        ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", str(folder / CERTIFICATE)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "DNS:svg.example.com" in told
    assert "IP Address:127.0.0.1" in told


def test_every_container_is_hardened_and_limited() -> None:
    """No capability, no new privilege, a root that is not written to, memory, processor and processes limited."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert len(services) >= 13
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "unless-stopped", name
        assert {"mem_limit", "cpus", "pids_limit"} <= set(service), name
        assert "privileged" not in service


def test_every_container_says_whether_it_is_healthy() -> None:
    """But for the watcher, whose image is its builder's."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert {name for name, service in services.items() if "healthcheck" not in service} == UNCHECKED


def test_nginx_alone_is_published() -> None:
    """And databases are on a network that leads nowhere else."""
    document = yaml.safe_load(COMPOSE.read_text())
    assert [name for name, service in document["services"].items() if "ports" in service] == ["nginx"]
    assert document["networks"]["data"]["internal"]
    assert {"front", "monitoring"}.isdisjoint(document["services"]["postgres"]["networks"])


def test_no_image_is_latest() -> None:
    """Each has a version, and a setting that takes a digest in its place."""
    for name, service in yaml.safe_load(COMPOSE.read_text())["services"].items():
        image = service["image"]
        assert image.startswith("${"), name
        if ":-" in image:
            assert image.rstrip("}").rpartition(":")[2] != "latest", name
            assert image.count(":") >= 2, name


def test_an_address_is_always_that_of_the_same_hardware() -> None:
    """Otherwise nginx would look for a replica that was started again where the former one was."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    networks = [network for one in services.values() for network in one["networks"].values() if network]
    fixed = {one["ipv4_address"][-2:]: one.get("x-podman.mac_address", "")[-2:] for one in networks}
    assert fixed == {number: number for number in ("11", "12", "21", "22", "31", "32")}
