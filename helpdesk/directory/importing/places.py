"""Names of locations and workspaces in an import file, put where records have only their ids."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from helpdesk.directory.records import ImportFile, Record

R = TypeVar("R", bound=Record)


def with_places(file: ImportFile) -> ImportFile:
    """The file, its people and devices with the names of their places as far as it tells them."""
    names = {
        "location": {each.id: each.name for each in file.locations},
        "workspace": {each.id: each.display_name for each in file.workspaces},
    }
    if not any(names.values()):
        return file
    return file.model_copy(update={"people": _named(file.people, names), "devices": _named(file.devices, names)})


def _named(records: Sequence[R], names: Mapping[str, Mapping[str, str]]) -> list[R]:
    return [each.model_copy(update=_places(each, names)) for each in records]


def _places(record: Record, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        place: found
        for place, by_id in names.items()
        if place not in record.model_fields_set and (found := by_id.get(getattr(record, f"{place}_id", None) or ""))
    }
