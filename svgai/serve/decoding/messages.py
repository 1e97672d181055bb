"""
Messages between the service and its decode processes, as bytes of fixed formats.

A process that decodes untrusted images is not trusted itself: its answer can at worst be wrong about the image that it
was given.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from svgai.describe.classifier import INPUT_SIDE
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import InvalidImage, SvgAiError, TooLarge, UnsupportedMediaType
from svgai.model_files.model_pair import ModelInput

PICTURE_BYTES, FEATURE_BYTES = 3 * INPUT_SIDE**2, 4 * len(FEATURE_NAMES)

_FAULTS: tuple[type[SvgAiError], ...] = (InvalidImage, TooLarge, UnsupportedMediaType)
_LONGEST_TEXT, _LONGEST_DETAIL = 1_000, 300
_LONGEST_S = 60.0  # of processor time: many times what the kernel lets a process take

_ASKED = struct.Struct("<BBd")
_HEAD = struct.Struct("<BQd")
_FAULT_HEAD = struct.Struct("<BH")


class Question(IntEnum):
    """Kinds of requests: check an image, the models' inputs for a cheap one, or for any."""

    CHECK = 0
    SEE_IF_CHEAP = 1
    SEE = 2


class _Kind(IntEnum):
    FINE = 0
    SEEN = 1
    DEAR = 2
    FAULT = 3


@dataclass(frozen=True, eq=False)
class Seen:
    """
    The result for an image of so many pixels: its `input`, or the `fault` that rejects it, or neither if it was not
    decoded because it is expensive. `seconds`: of processor time.
    """

    pixels: int = 0
    seconds: float = 0.0
    input: ModelInput | None = None
    fault: SvgAiError | None = None

    @property
    def is_dear(self) -> bool:
        return self.input is None and self.fault is None


def asked(question: Question, image: str | bytes, seconds: float) -> bytes:
    """The request for an image, given as bytes or in base64, with its limit of processor time in `seconds`."""
    text = isinstance(image, str)
    return _ASKED.pack(question, text, seconds) + (
        image.encode("utf-8", "replace") if isinstance(image, str) else image
    )


def read_question(message: bytes) -> tuple[Question, str | bytes, float]:
    """What `asked` wrote."""
    question, text, seconds = _ASKED.unpack_from(message)
    image = message[_ASKED.size :]
    return Question(question), image.decode() if text else image, seconds


def answer(seen: Seen) -> bytes:
    """The message that answers."""
    if seen.fault is not None:
        kind = next((place for place, known in enumerate(_FAULTS) if isinstance(seen.fault, known)), 0)
        text = seen.fault.message[:_LONGEST_TEXT].encode("utf-8", "replace")
        detail = (seen.fault.detail or "").encode("ascii", "replace")
        return _HEAD.pack(_Kind.FAULT, seen.pixels, seen.seconds) + _FAULT_HEAD.pack(kind, len(text)) + text + detail
    if seen.input is None:
        return _HEAD.pack(_Kind.DEAR, seen.pixels, seen.seconds)
    contents = seen.input.picture.tobytes() + seen.input.features.tobytes()
    return _HEAD.pack(_Kind.SEEN, seen.pixels, seen.seconds) + contents


def fine(seconds: float) -> bytes:
    """The answer that an image was checked."""
    return _HEAD.pack(_Kind.FINE, 0, seconds)


def read_answer(message: bytes) -> Seen:
    """
    Parse what `answer` or `fine` wrote.

    Raises:
        ValueError: it is neither; the process that wrote it is compromised.
    """
    try:
        kind, pixels, seconds = _HEAD.unpack_from(message)
        if not 0 <= seconds < _LONGEST_S:
            raise ValueError(f"an answer that took {seconds} seconds")
        contents = message[_HEAD.size :]
        if kind == _Kind.FAULT:
            return Seen(pixels, seconds, fault=_fault_from(contents))
    except struct.error as fault:
        raise ValueError(str(fault)) from None
    if kind == _Kind.SEEN:
        return Seen(pixels, seconds, input=input_from(contents[:PICTURE_BYTES], contents[PICTURE_BYTES:]))
    if kind not in (_Kind.DEAR, _Kind.FINE):
        raise ValueError("an answer of no kind")
    return Seen(pixels, seconds)


def _fault_from(contents: bytes) -> SvgAiError:
    kind, size = _FAULT_HEAD.unpack_from(contents)
    known = _FAULTS[kind] if kind < len(_FAULTS) else InvalidImage
    text, detail = contents[_FAULT_HEAD.size :][:size], contents[_FAULT_HEAD.size + size :]
    fault = known(text.decode("utf-8", "replace")[:_LONGEST_TEXT])
    letters = map(chr, detail[:_LONGEST_DETAIL])
    fault.detail = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in letters) or None
    return fault


def input_from(picture: bytes, features: bytes) -> ModelInput:
    """
    The models' inputs, from their bytes.

    Raises:
        ValueError: they have a wrong length, or features are not finite.
    """
    if (len(picture), len(features)) != (PICTURE_BYTES, FEATURE_BYTES):
        raise ValueError("a picture of another size, or other features")
    numbers = np.frombuffer(features, np.float32)
    if not np.isfinite(numbers).all():
        raise ValueError("features that are no numbers")
    return ModelInput(np.frombuffer(picture, np.uint8).reshape(3, INPUT_SIDE, INPUT_SIDE), numbers)
