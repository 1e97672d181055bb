"""Parses multipart/form-data bodies in one call, in a thread: starlette's parser would run on the event loop."""

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from svgai.errors import InvalidRequest

MOST_PARTS = 21
"""Parts of a body at most: more than there are options, and an image."""


@dataclass
class Part:
    """One part: a file where it has a file's name, else a field."""

    name: str
    is_file: bool
    chunks: list[bytes] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return b"".join(self.chunks)


class _Parts:
    """Collects what the parser finds."""

    def __init__(self) -> None:
        self.found: list[Part] = []
        self.ended = False
        self._header = [b"", b""]
        self._headers: dict[bytes, bytes] = {}

    def part_begin(self) -> None:
        if len(self.found) == MOST_PARTS:
            raise InvalidRequest(f"the multipart body has more than {MOST_PARTS} parts")
        self._headers = {}

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def header_end(self) -> None:
        name, value = self._header
        self._headers[name.lower()] = value
        self._header = [b"", b""]

    def headers_finished(self) -> None:
        disposition, options = parse_options_header(self._headers.get(b"content-disposition"))
        if disposition != b"form-data" or b"name" not in options:
            raise InvalidRequest("the multipart body is malformed: a part does not name its field")
        self.found.append(Part(options[b"name"].decode("utf-8", "replace"), b"filename" in options))

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self.found[-1].chunks.append(data[start:end])

    def end(self) -> None:
        self.ended = True


def parts_of(body: bytes, content_type: str) -> list[Part]:
    """
    The parts of a body, in order.

    Raises:
        InvalidRequest: it is malformed, cut off, or has too many parts.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise InvalidRequest("the multipart body is malformed: its content type names no boundary")
    parts = _Parts()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.part_begin,
                "on_part_data": parts.part_data,
                "on_header_field": parts.header_field,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_headers_finished": parts.headers_finished,
                "on_end": parts.end,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as malformed:
        raise InvalidRequest(f"the multipart body is malformed: {malformed}") from None
    if not parts.ended:
        raise InvalidRequest("the multipart body is cut off before its last boundary")
    return parts.found
