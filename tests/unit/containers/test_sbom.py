"""The bill of materials: valid, whole, and the same for the same image."""

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from containers.contents import Contents, ModelFile
from containers.sbom import bill_of_materials, write_bill
from svgai.errors import ContainerFault
from tests.container_images import DIGEST, IMAGE, MODEL, bento, contents, distribution, package


def components(held: Contents) -> dict[str, Any]:
    return {one["bom-ref"]: one for one in json.loads(bill_of_materials(IMAGE, held))["components"]}


def test_it_is_valid_cyclonedx() -> None:
    """By the library's strict validator, with everything that an image may hold, and with unknown licences."""
    held = contents(
        distributions=[distribution(), distribution("odd", expression=None, stated="Our own, see | there")],
        packages=[package(), package("bare", licences=None)],
        interpreter=5,
    )
    bill = bill_of_materials(IMAGE, held)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.replace('"library"', '"novel"')) is not None


def test_the_same_image_gives_the_same_file() -> None:
    """Copies in several folders, too; another image gives another serial number; the time is the image's."""
    copies = [distribution(folder=f"/copy/{number}") for number in range(9)]
    first, second = (bill_of_materials(IMAGE, contents(distributions=copies)) for _ in range(2))
    assert first == second
    other = bill_of_materials(IMAGE.model_copy(update={"id": "e" * 64}), contents(distributions=copies))
    assert json.loads(other)["serialNumber"] != json.loads(first)["serialNumber"]
    assert json.loads(first)["metadata"]["timestamp"] == "2026-05-04T03:02:01+00:00"


def test_the_bento_is_what_it_describes() -> None:
    """With its version and commit; everything else is what it depends on."""
    bill = json.loads(bill_of_materials(IMAGE, contents()))
    subject = bill["metadata"]["component"]
    assert (subject["name"], subject["version"]) == ("svgai", "c3-o5-1a2b3c4d")
    assert {"name": "svgai:git_commit", "value": "1f2e3d"} in subject["properties"]
    needs = {one["ref"]: one.get("dependsOn") for one in bill["dependencies"]}
    assert set(needs[subject["bom-ref"]]) == {one["bom-ref"] for one in bill["components"]}


def test_packages_have_the_names_that_scanners_look_up() -> None:
    """Package URLs of PyPI and of the Debian release."""
    found = components(contents(interpreter=5))
    assert found["pkg:pypi/numpy@1.0"]["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert found["pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12"]["version"] == "2.36-9+deb12u1"
    assert found["pkg:generic/python@3.11.2"]["type"] == "platform"


def test_one_release_in_two_folders_is_one_component() -> None:
    """Both places are told."""
    held = contents(distributions=[distribution(), distribution(folder="/vendored")])
    places = components(held)["pkg:pypi/numpy@1.0"]["evidence"]["occurrences"]
    assert [place["location"] for place in places] == ["/app/site-packages", "/vendored"]


def test_a_model_is_told_with_registry_version_and_digest() -> None:
    """And with the digest of each of its files."""
    other = ModelFile(path="models/svgai-classifier/v3-abab/metadata.json", bytes=2, sha256="cd" * 32)
    latest = ModelFile(path="models/svgai-classifier/latest", bytes=2, sha256="ef" * 32)
    model = components(contents(held=bento(MODEL, other, latest)))["model:svgai-classifier:v3-abab"]
    assert model["type"] == "machine-learning-model"
    assert model["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert {"name": "svgai:registry_version", "value": "3"} in model["properties"]
    assert {file["hashes"][0]["content"] for file in model["components"]} == {DIGEST, "cd" * 32}


def test_a_model_that_is_not_the_one_named_is_refused() -> None:
    """A bill that names a model which is not there would be wrong."""
    changed = MODEL.model_copy(update={"sha256": "00" * 32})
    with pytest.raises(ContainerFault, match=f"no file of svgai-classifier:v3-abab has the SHA-256 {DIGEST}"):
        bill_of_materials(IMAGE, contents(held=bento(changed)))


def test_an_image_without_a_bento_is_refused() -> None:
    """With how to make one that has one."""
    with pytest.raises(ContainerFault, match="bentoml containerize"):
        bill_of_materials(IMAGE, contents(held=None))


def test_it_is_written_whole(tmp_path: Path) -> None:
    """Over what was there, into a folder that is made, with nothing left beside it."""
    path = tmp_path / "new" / "sbom.json"
    write_bill(path, "first")
    write_bill(path, "second")
    assert [file.read_text() for file in path.parent.iterdir()] == ["second"]
