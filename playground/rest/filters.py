"""Which records of a list a request asks for, by the parameters of the official document; and SCIM's own filter."""

import re
from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from playground.identifiers import uuid_in
from playground.refusals import bad
from playground.rooms import Json

Fits = Callable[[Json, str], bool]


def _equals(name: str) -> Fits:
    return lambda one, wanted: str(one.get(name, "")).lower() == wanted.lower()


def _holds(name: str) -> Fits:
    return lambda one, wanted: wanted.lower() in str(one.get(name, "")).lower()


def _starts(name: str) -> Fits:
    return lambda one, wanted: str(one.get(name, "")).lower().startswith(wanted.lower())


def _is(name: str) -> Fits:
    """Of ids, in whichever form they are written."""
    return lambda one, wanted: bool(one.get(name)) and uuid_in(str(one[name])) == uuid_in(wanted)


def _id_among(one: Json, wanted: str) -> bool:
    return uuid_in(str(one["id"])) in {uuid_in(each) for each in wanted.split(",")}


def _has_address(one: Json, wanted: str) -> bool:
    return wanted.lower() in [each.lower() for each in one.get("emails", [])]


def _has_roles(one: Json, wanted: str) -> bool:
    return set(wanted.split(",")) <= set(one.get("roles", []))


def _same_mac(one: Json, wanted: str) -> bool:
    return _digits(str(one.get("mac", ""))) == _digits(wanted)


def _digits(mac: str) -> str:
    return re.sub("[^0-9a-f]", "", mac.lower())


def _owned_by(one: Json, wanted: str) -> bool:
    return bool(one.get("ownerId")) and uuid_in(one["ownerId"]) == uuid_in(wanted)


FILTERS: Mapping[str, Mapping[str, Fits]] = {
    "people": {
        **{"email": _has_address, "displayName": _starts("displayName"), "id": _id_among, "roles": _has_roles},
        "locationId": _is("locationId"),
    },
    "devices": {
        **{"displayName": _holds("displayName"), "personId": _is("personId"), "workspaceId": _is("workspaceId")},
        **{"connectionStatus": _equals("connectionStatus"), "product": _equals("product"), "type": _equals("type")},
        **{"serial": _equals("serial"), "mac": _same_mac, "locationId": _is("locationId")},
        "software": _equals("software"),
    },
    "locations": {"name": _equals("name"), "id": _is("id")},
    "workspaces": {"displayName": _equals("displayName"), "locationId": _is("locationId"), "type": _equals("type")},
    "numbers": {
        **{"phoneNumber": _holds("phoneNumber"), "extension": _holds("extension"), "ownerId": _owned_by},
        **{"locationId": _is("locationId"), "state": _equals("state"), "ownerName": _holds("ownerName")},
    },
}


def wanted(request: web.Request, kind: str, records: Iterable[Json]) -> list[Json]:
    """Those of `records` that every filter of the request fits."""
    asked = [(fits, request.query[name]) for name, fits in FILTERS.get(kind, {}).items() if request.query.get(name)]
    return [one for one in records if all(fits(one, value) for fits, value in asked)]


# `userName eq "a@b.example" and active eq true`; what else SCIM knows is refused, as something we do not play.
_TERM = re.compile(r'([\w.:\[\]-]+)\s+(eq|ne|sw|ew|co|pr)(?:\s+(?:"((?:[^"\\]|\\.)*)"|(true|false)))?', re.IGNORECASE)
_COMPARED: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda found, value: found == value,
    "ne": lambda found, value: found != value,
    "sw": lambda found, value: found.startswith(value),
    "ew": lambda found, value: found.endswith(value),
    "co": lambda found, value: value in found,
    "pr": lambda found, _: bool(found),
}


def scim_filtered(request: web.Request, users: Iterable[Json]) -> list[Json]:
    """Raises Refusal (400) for a filter that is none."""
    given = request.query.get("filter")
    if not given:
        return list(users)
    terms = [_TERM.fullmatch(part.strip()) for part in re.split(r"\s+and\s+", given, flags=re.IGNORECASE)]
    if not all(terms):
        raise bad("The filter is not one of SCIM, or of a kind that is not played here.")
    return [one for one in users if all(_fits(one, term) for term in terms if term)]


def _fits(user: Json, term: re.Match[str]) -> bool:
    path, operator, text, flag = term.groups()
    value = (text if text is not None else flag or "").lower()
    found = [each.lower() for each in _at(user, path.split("."))] or [""]
    return any(_COMPARED[operator.lower()](each, value) for each in found)


def _at(value: object, path: list[str]) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in _at(each, path)]
    if not path:
        return [str(value).lower() if isinstance(value, bool) else str(value)]
    if isinstance(value, dict):
        return [
            found for name, each in value.items() if name.lower() == path[0].lower() for found in _at(each, path[1:])
        ]
    return []
