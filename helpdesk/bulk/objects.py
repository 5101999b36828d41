"""JSON that consoles and programs export, as the rows of a table: one list of objects, or an object a line.

`{"items": [...]}`, `{"Suppressions": [...]}`, a list alone, JSON lines, events of a provider within a message of SNS.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from helpdesk.bulk.table import BrokenTable, Row, Table
from helpdesk.platform.text.address import is_address

MOST_COLUMNS = 100
# Of one object; what lies deeper or beyond is no address of anybody.
_DEEPEST = 6
_MOST_VALUES = 200
_DECODER = json.JSONDecoder()


def is_json(text: str) -> bool:
    """Whether it begins as JSON does."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return start == "{" or (start == "[" and text.lstrip("\ufeff \t\r\n[")[:1] in ('"', "{"))


def read_objects(text: str) -> Table:
    """Columns are the paths of values, such as `bounce.bouncedRecipients.emailAddress`. Raises BrokenTable."""
    records = [(number, _values(record)) for number, record in _records(list(_decoded(text)))]
    heads = list(dict.fromkeys(path for _, values in records for path in values))[:MOST_COLUMNS]
    rows: list[Row] = [(number, ["\n".join(values.get(path, ())) for path in heads]) for number, values in records]
    return Table(heads, rows)


def _decoded(text: str) -> Iterator[tuple[int, Any]]:
    """Every value that stands in `text`, one behind the other, with the line that it begins on."""
    place, line, counted = 0, 1, 0
    while place < len(text):
        if text[place] in " \t\r\n,\ufeff":
            place += 1
            continue
        line += text.count("\n", counted, place)
        counted = place
        try:
            value, place = _DECODER.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise BrokenTable(error.lineno) from None
        except (ValueError, RecursionError):  # a number of a million digits, brackets within brackets
            raise BrokenTable(line) from None
        yield line, value


def _records(values: Sequence[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """The objects, with the number that a person would count them by: of a list the place in it, else the line."""
    if len(values) != 1:
        return [(line, _unpacked(value)) for line, value in values]
    value = _unpacked(values[0][1])
    if isinstance(value, dict):
        value = _list_within(value)
    return list(enumerate(map(_unpacked, value), 1)) if isinstance(value, list) else [(1, value)]


def _list_within(found: dict[str, Any]) -> Any:
    """The longest list that it holds, of objects or texts; an object of addresses is the list of them."""
    lists = [each for each in found.values() if isinstance(each, list) and each and isinstance(each[0], dict | str)]
    if lists:
        return max(lists, key=len)
    if found and all(map(is_address, found)):
        return list(found)
    return found


def _unpacked(value: Any) -> Any:
    """What a message of SNS carries; any other value as it is."""
    if isinstance(value, dict) and isinstance(message := value.get("Message"), str) and message.startswith("{"):
        try:
            return json.loads(message)
        except (ValueError, RecursionError):
            return value
    return value


def _values(record: Any) -> dict[str, list[str]]:
    """Path -> its values; of a list all that its members have."""
    found: dict[str, list[str]] = {}
    todo: list[tuple[str, Any, int]] = [("", record, 0)]
    count = 0
    while todo and count < _MOST_VALUES:
        path, value, depth = todo.pop()
        if isinstance(value, dict) and depth < _DEEPEST:
            todo.extend(
                (f"{path}.{key}" if path else str(key), each, depth + 1) for key, each in _reversed(value.items())
            )
        elif isinstance(value, list) and depth < _DEEPEST:
            todo.extend((path, each, depth + 1) for each in _reversed(value))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            found.setdefault(path, []).append(str(value))
            count += 1
    return found


def _reversed(values: Any) -> list[Any]:
    return list(values)[:_MOST_VALUES][::-1]
