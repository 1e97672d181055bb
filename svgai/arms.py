"""An A/B test between two pairs of models: its name, its arms, and the assignment of images to them."""

import hashlib
from dataclasses import dataclass
from typing import Literal

Arm = Literal["champion", "challenger"]
"""The models in Production, and those in Staging that may replace them."""

Mode = Literal["split", "shadow"]
"""split: the challenger answers a share of the images; shadow: it also converts them, but its result is not sent."""

_RANGE = 2**64


@dataclass(frozen=True)
class Switch:
    """Whether an experiment is on; `reason` says why not."""

    on: bool
    reason: str = ""


@dataclass(frozen=True)
class Experiment:
    """
    What is compared, and how. Any change makes another experiment, with a new assignment of images.

    Attributes:
        champion: The versions, as answers have them: classifier:1,optimizer:2.
        challenger: At least one version differs.
        share: The part of images that the challenger gets.
    """

    champion: str
    challenger: str
    mode: Mode
    share: float

    @property
    def name(self) -> str:
        """Such as optimizer-3-against-2.split-0.1: what differs, the mode, the share."""
        differing = (f"{kind}-{new}-against-{old}" for kind, (new, old) in self.differing.items())
        return ".".join([*differing, f"{self.mode}-{self.share:g}"])

    @property
    def differing(self) -> dict[str, tuple[str, str]]:
        """The challenger's and the champion's version of each kind of model in which they differ."""
        old, new = (
            dict(part.split(":") for part in versions.split(",")) for versions in (self.champion, self.challenger)
        )
        return {kind: (new[kind], old[kind]) for kind in new if new[kind] != old[kind]}

    def gives_challenger(self, image_sha256: str) -> bool:
        """Whether an image is assigned to the challenger: by a hash of image and name, so always the same."""
        salted = hashlib.sha256(f"{self.name}\n{image_sha256}".encode()).digest()
        return int.from_bytes(salted[:8]) < self.share * _RANGE
