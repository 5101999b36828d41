"""A mail taken apart by Python's own parser, within bounds that hold while it works.

That parser is made for mails that mean well. It builds a search pattern of whatever a mail calls its boundary, counts
quotes anew at each semicolon, and opens a new part at each blank line of a report. Thus the bounds are checked where
it asks for a part, stores a header or asks for a boundary, and before it begins for what it does to each line.
"""

from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from email.policy import Policy, compat32
from functools import partial
from typing import Any

from helpdesk.mail.dsn import LARGEST

STATUS_TEXT = "text/delivery-status"
LONGEST_HEADER = 8 * 1024
ALL_HEADERS = 64 * 1024
MOST_PARTS = 20
DEEPEST = 5
# A block of fields for each recipient of a report, which the parser makes a part of.
MOST_BLOCKS = 40
# A line costs as much as a hundred letters do. With no line under 24 letters, a mail may still be of full size.
MOST_LINES = 4_000
# RFC 2046 allows a boundary 70 letters. The header that names it has a type and some parameters beside it.
_LONGEST_BOUNDARY = 100
_LONGEST_TYPE = 400
# All that Python takes for the end of a line, in one version or another.
_LINE_ENDS = b"\r\n\x0b\x0c\x1c\x1d\x1e\x85"


class TooElaborate(Exception):
    """The mail goes beyond a bound: its text says which."""


class NotAMail(Exception):
    """The parser gave up."""


def parse_mail(raw: bytes) -> Message:
    """The mail with all its parts. Raises TooElaborate or NotAMail, after 50 ms of processor at most."""
    if len(raw) > LARGEST:
        raise TooElaborate("too large")
    if count_lines(raw) > MOST_LINES:
        raise TooElaborate("too many lines")
    try:
        # Not with the newer policy: it takes each header apart when it is asked for, in time that grows too fast.
        mail = _parser().parsestr(raw.decode("ascii", "surrogateescape"))
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        raise NotAMail from None
    _check_structure(mail)
    return mail


def count_lines(raw: bytes) -> int:
    """How many line ends there are, of any kind."""
    return len(raw) - len(raw.translate(None, delete=_LINE_ENDS)) - raw.count(b"\r\n")


class _Bounds:
    """What one mail has used up."""

    def __init__(self) -> None:
        self._parts = 0
        self._header_length = 0

    def add_part(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS + MOST_BLOCKS:
            raise TooElaborate("too many parts")

    def add_header(self, length: int) -> None:
        self._header_length += length
        if length > LONGEST_HEADER:
            raise TooElaborate("too long a header")
        if self._header_length > ALL_HEADERS:
            raise TooElaborate("too long headers")


class _Part(Message):
    """A part that counts itself and its headers. `bounds` are those of the whole mail."""

    def __init__(self, bounds: _Bounds, policy: Policy = compat32) -> None:
        super().__init__(policy)
        self._bounds = bounds
        bounds.add_part()

    def set_raw(self, name: str, value: Any) -> None:
        """For the parser. Bytes beyond ASCII are read as UTF-8, so that no header is a special case later."""
        self._bounds.add_header(len(name) + len(value))
        readable = value if value.isascii() else _utf8(value)
        super().set_raw(name, readable)

    def get_content_type(self) -> str:
        """A report that is encoded, or of RFC 6533, is a text: the parser would take its code for fields."""
        kind = super().get_content_type()
        if kind == "message/global-delivery-status" or (kind == "message/delivery-status" and self._is_encoded()):
            return STATUS_TEXT
        return kind

    def _is_encoded(self) -> bool:
        return str(self.get("Content-Transfer-Encoding", "")).strip().lower() in {"base64", "quoted-printable"}

    def get_boundary(self, failobj: Any = None) -> Any:
        """None where it is longer than any mail needs: the parser then takes what follows for text."""
        if len(str(self.get("Content-Type", ""))) > _LONGEST_TYPE:
            return failobj
        boundary = super().get_boundary()
        return failobj if boundary is None or len(boundary) > _LONGEST_BOUNDARY else boundary


def _parser() -> Parser:
    bounds = _Bounds()
    return Parser(partial(_Part, bounds), policy=compat32)


def _utf8(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _check_structure(mail: Message) -> None:
    depths = list(_depths(mail, 0))
    if len(depths) > MOST_PARTS:
        raise TooElaborate("too many parts")
    if max(depths) > DEEPEST:
        raise TooElaborate("too deeply nested")


def _depths(part: Message, depth: int) -> Iterator[int]:
    """Of each part, how many others it lies in; blocks of fields are no parts."""
    yield depth
    if part.is_multipart() and part.get_content_type() != "message/delivery-status":
        for inner in part.get_payload():
            yield from _depths(inner, depth + 1)  # type: ignore[arg-type]
