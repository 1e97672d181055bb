"""
The requests of load tests, prepared before the load starts, so that sending is cheap.

Most have one image in base64; some are multipart, some have a list of images, some have options, some request the SVG
itself, and some are deliberately invalid.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from loadtests.objectives import answer_checks as checks

CLASSIFY, OPTIMIZE, CONVERT = "/api/classify", "/api/optimize", "/api/convert"
INVALID = "invalid"
"""Name of deliberately invalid requests; an error is their good answer."""

TARGETS = (0.8, 0.85, 0.9, 0.95, 0.97)
NO_IMAGE = b"This is a text, not an image."

_BOUNDARY = "svgai-load-test-boundary"
_MULTIPART_SHARE, _LIST_SHARE, _TARGET_SHARE, _PLAIN_SVG_SHARE = 0.1, 0.1, 0.3, 0.25


@dataclass(frozen=True)
class PreparedRequest:
    """
    A prepared POST.

    Attributes:
        name: It is counted under this name.
        path: The URL path.
        body: The body.
        headers: Content-Type, and Accept if set.
        check: Returns what is wrong with its answer.
    """

    name: str
    path: str
    body: bytes
    headers: Mapping[str, str]
    check: checks.Check


@dataclass(frozen=True)
class RequestMix:
    """The requests to choose from, by call."""

    classify: tuple[PreparedRequest, ...]
    optimize: tuple[PreparedRequest, ...]
    convert: tuple[PreparedRequest, ...]
    invalid: tuple[PreparedRequest, ...]


def request_mix(files: Sequence[bytes], rng: Random) -> RequestMix:
    """A request to each call for each image file, one in ten with a list of other files; and invalid requests."""
    writer = _Writer(files, rng)
    return RequestMix(
        tuple(writer.classify(file) for file in files),
        tuple(writer.optimize(file) for file in files),
        tuple(writer.convert(file) for file in files),
        tuple(request for file in files[:10] for request in _invalid(file)),
    )


class _Writer:
    def __init__(self, files: Sequence[bytes], rng: Random) -> None:
        # Lists are of thumbnails: lists of the largest files are rare.
        smaller_half = sorted(files, key=len)[: max(1, len(files) // 2)]
        self.small = [_base64(file) for file in smaller_half]
        self.rng = rng

    def classify(self, file: bytes) -> PreparedRequest:
        if self.rng.random() < _LIST_SHARE:
            images, bad = self._images()
            return _as_json(f"{CLASSIFY} list", CLASSIFY, {"images": images}, checks.each_classified(bad, len(images)))
        return self._single(CLASSIFY, file, {}, checks.classified)

    def optimize(self, file: bytes) -> PreparedRequest:
        target = self._target()
        options = {} if target is None else {"target_quality": target}
        if self.rng.random() < _LIST_SHARE:
            images, bad = self._images()
            check = checks.each_optimized(bad, len(images), target)
            return _as_json(f"{OPTIMIZE} list", OPTIMIZE, {"images": images, **options}, check)
        return self._single(OPTIMIZE, file, options, checks.optimized(target))

    def convert(self, file: bytes) -> PreparedRequest:
        target = self._target()
        # Conversions are measured, not the cache.
        options: dict[str, Any] = {"cache": False} | ({} if target is None else {"target_quality": target})
        if self.rng.random() < 0.1:
            options["max_trials"] = self.rng.choice((1, 2, 6))
        if self.rng.random() < _PLAIN_SVG_SHARE:
            return self._single(CONVERT, file, options, checks.converted_plainly, {"Accept": "image/svg+xml"})
        return self._single(CONVERT, file, options, checks.converted(target))

    def _target(self) -> float | None:
        return self.rng.choice(TARGETS) if self.rng.random() < _TARGET_SHARE else None

    def _single(
        self,
        path: str,
        file: bytes,
        options: Mapping[str, Any],
        check: checks.Check,
        headers: Mapping[str, str] | None = None,
    ) -> PreparedRequest:
        if self.rng.random() < _MULTIPART_SHARE:
            return _as_multipart(path, path, file, options, check, headers or {})
        return _as_json(path, path, {"image": _base64(file), **options}, check, headers or {})

    def _images(self) -> tuple[list[str], frozenset[int]]:
        """Images of a list, one in five lists with a bad one, and the positions of the bad ones."""
        images = [self.rng.choice(self.small) for _ in range(self.rng.randint(2, 10))]
        if self.rng.random() >= 0.2:
            return images, frozenset()
        place = self.rng.randrange(len(images))
        images[place] = _base64(NO_IMAGE)
        return images, frozenset({place})


def _invalid(file: bytes) -> list[PreparedRequest]:
    good = _base64(file)
    bad_image, bad_request = checks.refused(400, "invalid_image"), checks.refused(400, "invalid_request")
    bad_option, bad_type = checks.refused(422, "invalid_parameters"), checks.refused(415, "unsupported_media_type")
    return [
        _as_json(INVALID, CLASSIFY, {"image": _base64(NO_IMAGE)}, bad_image),
        _as_json(INVALID, CONVERT, {"image": _base64(file[: len(file) // 2])}, bad_image),
        _as_multipart(INVALID, OPTIMIZE, file[: len(file) // 2], {}, bad_image, {}),
        _as_json(INVALID, OPTIMIZE, {"image": good, "target_quality": 2}, bad_option),
        _as_multipart(INVALID, CONVERT, file, {"max_trials": 0}, bad_option, {}),
        _as_json(INVALID, CONVERT, {"image": good, "quality": 0.9}, bad_request),
        PreparedRequest(INVALID, CLASSIFY, file, {"Content-Type": "image/png"}, bad_type),
    ]


def _as_json(
    name: str, path: str, body: Mapping[str, Any], check: checks.Check, headers: Mapping[str, str] | None = None
) -> PreparedRequest:
    sent = {"Content-Type": "application/json", **(headers or {})}
    return PreparedRequest(name, path, json.dumps(body).encode(), sent, check)


def _as_multipart(
    name: str, path: str, file: bytes, options: Mapping[str, Any], check: checks.Check, headers: Mapping[str, str]
) -> PreparedRequest:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{option}"\r\n\r\n{_field(value)}\r\n'.encode()
        for option, value in options.items()
    ]
    disposition = 'Content-Disposition: form-data; name="image"; filename="logo"'
    image = f"--{_BOUNDARY}\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + file
    body = b"".join([*parts, image, f"\r\n--{_BOUNDARY}--\r\n".encode()])
    return PreparedRequest(
        name, path, body, {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}", **headers}, check
    )


def _field(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
