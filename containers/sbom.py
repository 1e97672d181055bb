"""
A bill of materials of an image: CycloneDX 1.6, of its Bento, the models in it, and all packages.

The same image gives the same file: the serial number is made from the image's digest and what was found in it, the time
is that at which the image was made.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from containers.contents import Bento, Contents, Distribution, ModelFile, Package
from containers.engine import Image
from containers.licences import NOT_STATED, Licence
from svgai.errors import ContainerFault

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/schema/bom-1.6")


def bill_of_materials(image: Image, contents: Contents) -> str:
    """
    The bill of materials as JSON.

    Raises:
        ContainerFault: the image holds no Bento that says what it is.
    """
    if contents.bento is None:
        raise ContainerFault(f"{image.reference} holds no Bento: make it with `bentoml containerize`")
    subject = _bento(contents.bento, image)
    components = [
        *_models(contents.bento),
        *_interpreter(contents),
        *_distributions(contents.distributions),
        *(_package(one, contents.system) for one in contents.packages),
    ]
    bom = Bom(
        components=components,
        serial_number=uuid.uuid5(_NAMESPACE, f"{image.id} {contents.model_dump_json()}"),
    )
    bom.metadata.component = subject
    bom.metadata.timestamp = image.created.astimezone(UTC).replace(microsecond=0)
    bom.register_dependency(subject, components)
    made = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    return made + "\n"


def write_bill(path: Path, bill: str) -> None:
    """Write it whole; its folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(bill, encoding="utf-8")
    partial.replace(path)


def _bento(bento: Bento, image: Image) -> Component:
    labels = bento.facts.get("labels") or {}
    known = {"git_commit": labels.get("git_commit"), "image_id": image.id, "architecture": image.architecture}
    name, version = bento.facts["name"], str(bento.facts["version"])
    return Component(
        type=ComponentType.APPLICATION,
        name=name,
        version=version,
        bom_ref=f"bento:{name}:{version}",
        properties=[Property(name=f"svgai:{key}", value=value) for key, value in known.items() if value],
    )


def _models(bento: Bento) -> Iterator[Component]:
    """One for each model of BentoML's store; its digest is that of its file that the Bento's labels name."""
    labels, arguments = bento.facts.get("labels") or {}, bento.facts.get("args") or {}
    kinds = {tag: kind for kind, tag in arguments.items() if isinstance(tag, str)}
    folders: dict[str, list[ModelFile]] = {}
    for file in bento.model_files:
        if len(parts := Path(file.path).parts) > 3:  # models/NAME/VERSION/FILE; beside it, `latest` names a version
            folders.setdefault(f"{parts[1]}:{parts[2]}", []).append(file)
    for tag, files in folders.items():
        name, _, version = tag.partition(":")
        kind = kinds.get(tag, name)
        digest = labels.get(f"{kind}_sha256")
        if digest and digest not in {file.sha256 for file in files}:
            raise ContainerFault(f"no file of {tag} has the SHA-256 {digest} that the Bento names: build it anew")
        known = {"version": labels.get(f"{kind}_version"), "run": labels.get(f"{kind}_run_id")}
        yield Component(
            type=ComponentType.MACHINE_LEARNING_MODEL,
            name=name,
            version=version,
            bom_ref=f"model:{tag}",
            hashes=[_sha256(digest)] if digest else [],
            properties=[Property(name=f"svgai:registry_{key}", value=value) for key, value in known.items() if value],
            components=[_file(file) for file in files],
        )


def _file(file: ModelFile) -> Component:
    return Component(
        type=ComponentType.FILE, name=file.path, bom_ref=f"file:{file.path}", hashes=[_sha256(file.sha256)]
    )


def _interpreter(contents: Contents) -> Iterator[Component]:
    """Python, where no package is it."""
    if contents.interpreter.files:
        purl = PackageURL("generic", None, "python", contents.python)
        licence = LicenseFactory().make_with_id("PSF-2.0")
        yield Component(
            type=ComponentType.PLATFORM,
            name="python",
            version=contents.python,
            purl=purl,
            bom_ref=str(purl),
            licenses=[licence],
        )


def _distributions(distributions: Sequence[Distribution]) -> Iterator[Component]:
    """One for each release: it may lie in several folders, copied by others."""
    releases: dict[tuple[str, str], list[Distribution]] = {}
    for one in distributions:
        releases.setdefault((one.name, one.version), []).append(one)
    for (name, version), copies in releases.items():
        purl = PackageURL("pypi", None, name, version or None)
        # Without references of their own, the library puts them in another order each time.
        places = [Occurrence(location=copy.folder, bom_ref=f"{purl}#{copy.folder}") for copy in copies]
        yield _library(copies[0], purl, ComponentEvidence(occurrences=places))


def _package(one: Package, system: dict[str, str]) -> Component:
    vendor = system.get("ID", "debian")
    distro = "-".join(filter(None, (vendor, system.get("VERSION_ID"))))
    qualifiers = {"arch": one.architecture, "distro": distro}
    return _library(one, PackageURL("deb", vendor, one.name, one.version, qualifiers))


def _library(one: Distribution | Package, purl: PackageURL, evidence: ComponentEvidence | None = None) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=one.name,
        version=one.version or None,
        purl=purl,
        bom_ref=str(purl),
        licenses=_licences(one.licence),
        evidence=evidence,
    )


def _licences(licence: Licence) -> list[License]:
    if licence.name == NOT_STATED:
        return []
    factory = LicenseFactory()
    if licence.spdx:
        return [factory.make_from_string(licence.name)]
    return [factory.make_with_name(licence.name)]


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)
