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


def _has_all(name: str) -> Fits:
    """Of a list, or of one value: all that is wanted, comma separated."""
    return lambda one, wanted: set(wanted.split(",")) <= set(_listed(one.get(name)))


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _is_flag(true_of: Callable[[Json], object]) -> Fits:
    """Of `true` and `false`. Raises Refusal (400) for other words."""

    def fits(one: Json, wanted: str) -> bool:
        if wanted not in ("true", "false"):
            raise bad("A flag is true or false.")
        return bool(true_of(one)) is (wanted == "true")

    return fits


def _owner(name: str) -> Fits:
    return lambda one, wanted: uuid_in(str(one.get("owner", {}).get(name, ""))) == uuid_in(wanted)


def _owner_called(one: Json, wanted: str) -> bool:
    owner = one.get("owner", {})
    return wanted.lower() in f"{owner.get('firstName', '')} {owner.get('lastName', '')}".lower()


def _at_place(one: Json, wanted: str) -> bool:
    return uuid_in(one["location"]["id"]) == uuid_in(wanted)


def _kind_of(name: str) -> Fits:
    return lambda one, wanted: str(one.get(name, {}).get("type", "")).lower() == wanted.lower()


def _number_kind(one: Json, wanted: str) -> bool:
    return bool(one.get({"NUMBER": "phoneNumber", "EXTENSION": "extension"}.get(wanted, "")))


FILTERS: Mapping[str, Mapping[str, Fits]] = {
    "people": {
        **{"email": _has_address, "displayName": _starts("displayName"), "id": _id_among, "roles": _has_roles},
        "locationId": _is("locationId"),
    },
    "devices": {
        **{"displayName": _equals("displayName"), "personId": _is("personId"), "workspaceId": _is("workspaceId")},
        **{"connectionStatus": _equals("connectionStatus"), "product": _equals("product"), "type": _equals("type")},
        **{"serial": _equals("serial"), "mac": _same_mac, "locationId": _is("locationId")},
        **{"software": _equals("software"), "upgradeChannel": _equals("upgradeChannel"), "tag": _has_all("tags")},
        **{"errorCode": _has_all("errorCodes"), "capability": _has_all("capabilities")},
        **{"permission": _has_all("permissions"), "workspaceLocationId": _is("workspaceLocationId")},
        **{"devicePlatform": _equals("devicePlatform"), "plannedMaintenance": _equals("plannedMaintenance")},
    },
    "locations": {"name": _holds("name"), "id": _is("id")},
    "workspaces": {
        **{"displayName": _equals("displayName"), "locationId": _is("locationId"), "type": _equals("type")},
        **{"workspaceLocationId": _is("workspaceLocationId"), "floorId": _is("floorId")},
        **{"capacity": _equals("capacity"), "supportedDevices": _equals("supportedDevices")},
        **{"devicePlatform": _equals("devicePlatform"), "healthLevel": _equals("healthLevel")},
        **{"calling": _kind_of("calling"), "calendar": _kind_of("calendar")},
        **{"plannedMaintenance": _equals("plannedMaintenance"), "customAttribute": _has_all("customAttributes")},
        "deviceHostedMeetingsEnabled": _is_flag(lambda one: one.get("deviceHostedMeetings", {}).get("enabled")),
    },
    # Of numbers as they are answered.
    "numbers": {
        **{"phoneNumber": _holds("phoneNumber"), "extension": _holds("extension"), "locationId": _at_place},
        **{"ownerId": _owner("id"), "ownerType": _owner("type"), "ownerName": _owner_called},
        **{"state": _equals("state"), "numberType": _number_kind, "phoneNumberType": _equals("phoneNumberType")},
        "includedTelephonyTypes": _equals("includedTelephonyTypes"),
        "available": _is_flag(lambda one: "owner" not in one),
        "assigned": _is_flag(lambda one: "owner" in one),
        "tollFreeNumbers": _is_flag(lambda one: one["tollFreeNumber"]),
        "restrictedNonGeoNumbers": _is_flag(lambda _: False),  # the playground has none
        "serviceNumber": _is_flag(lambda one: one["isServiceNumber"]),
        "reservedNumber": _is_flag(lambda one: one["isReservedNumber"]),
        "elinEnabled": _is_flag(lambda one: one["elinEnabled"]),
    },
    # Of one record, whose id is in the path.
    "one": {"orgId": _is("orgId")},
}


# Which parameters of numbers Webex does not take together.
APART = (("reservedNumber", "available"), ("reservedNumber", "assigned"))
NOT_OF_EXTENSIONS = ("available", "assigned", "state")


def check_together(request: web.Request) -> None:
    """Raises Refusal (400) where filters of numbers exclude each other, by the official document."""
    given = request.query
    if any(one in given and other in given for one, other in APART):
        raise bad("reservedNumber cannot be used along with available or assigned.")
    if given.get("numberType") == "EXTENSION" and any(name in given for name in NOT_OF_EXTENSIONS):
        raise bad("numberType EXTENSION cannot be used along with available, assigned or state.")


def wanted(request: web.Request, kind: str, records: Iterable[Json]) -> list[Json]:
    """Those of `records` that every filter of the request fits. Raises Refusal (400)."""
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
