"""Lists that an import file has under names that are none of ours: left out without a word, they would be missed.

Fields of single records that we have no use for are left out: Webex tells many of them.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

# What is shown of a name that is longer.
_LONGEST_NAME = 80


def unknown_lists(content: dict[str, Any], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """The name and what is wrong with it, of each list or collection of objects beside `known`."""
    names = ", ".join(known)
    for name, value in content.items():
        if name not in known and _holds_records(value):
            likely = get_close_matches(name[:_LONGEST_NAME].lower(), known, n=1)
            meant = f"; did you mean {likely[0]}?" if likely else ""
            yield name[:_LONGEST_NAME], f"is no list of an import file; those are {names}{meant}"
    if content and not any(name in known or _holds_records(value) for name, value in content.items()):
        yield "the file", f"has none of the lists of an import file: {names}"


def _holds_records(value: Any) -> bool:
    """A list, also an empty one, or an object with lists or objects in it."""
    return isinstance(value, list) or (
        isinstance(value, dict) and any(isinstance(inner, list | dict) for inner in value.values())
    )
