"""What a list looks like on a page: columns, cells with links, and where the next page begins."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from helpdesk.directory.inside import Place

LONGEST_PLACE = 2_000


@dataclass(frozen=True, slots=True)
class Cell:
    """`link` is a path of ours; empty for none."""

    text: str
    link: str = ""


Row = Sequence[Cell]


def place_in(request: web.Request) -> Place:
    """Where the list is to begin; at its beginning for what is no place that we wrote."""
    told = request.query.get("after", "")[:LONGEST_PLACE]
    try:
        parts = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))
        is_place = isinstance(parts, list) and all(isinstance(part, str) and _is_storable(part) for part in parts)
    except ValueError:
        return ()
    return tuple(parts) if is_place else ()


def written(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _is_storable(text: str) -> bool:
    """PostgreSQL takes no NUL, and neither takes half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
