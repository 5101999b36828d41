"""A pasted list of addresses, line by line: what is no address is kept as a line, so that its author hears of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.bulk import MOST_LINES
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import read_address
from helpdesk.platform.text.pasted import clean

LONGEST_TEXT = 300
_APART = re.compile(r"[,;\t\n]")


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is as people count; `address` (in lower case) is None where `text` is not one address."""

    number: int
    text: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """`heading` is that of the column the addresses were read from, where they came in a table."""

    lines: Sequence[Line]
    heading: str = ""


class TooManyLines(BadInput):
    def __init__(self, count: int) -> None:
        parts = -(-count // MOST_LINES)
        super().__init__(
            Text("{count} lines are too many: {most} go at once.", count=count, most=MOST_LINES),
            Text("Split the list into {parts} lists, and send them one after the other.", parts=parts),
        )


class NoAddresses(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("No address was found in this list."),
            Text("Paste addresses, a line each, or send a CSV, Excel or JSON file with a column of addresses."),
        )


def read_text(text: str) -> Listing:
    """Addresses a line each, or several on a line, with or without names. Raises TooMany or NoAddresses."""
    found = [piece for line in text.splitlines() for piece in _pieces(line)]
    return listing([line(number, piece) for number, piece in enumerate(found, 1)])


def listing(lines: Sequence[Line], heading: str = "") -> Listing:
    """Raises TooMany or NoAddresses."""
    if not any(each.address for each in lines):
        raise NoAddresses
    if len(lines) > MOST_LINES:
        raise TooManyLines(len(lines))
    return Listing(lines, heading)


def line(number: int, text: str) -> Line:
    return Line(number, clean(text)[:LONGEST_TEXT], read_address(text))


def _pieces(line: str) -> list[str]:
    """What stands for an address on a line; words beside addresses are names, a line without any is one piece."""
    if read_address(line):
        return [line]
    return words_with_addresses(line) or ([line] if clean(line) else [])


def words_with_addresses(text: str) -> list[str]:
    """Each piece of `text` that may be an address: what stands between commas or blanks and has an @."""
    return [word for piece in _APART.split(text) for word in _words(piece)]


def _words(piece: str) -> Iterator[str]:
    if read_address(piece):
        yield piece
    else:
        yield from (word for word in piece.split() if "@" in word)
