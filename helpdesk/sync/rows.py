"""From what Webex tells of a thing to the rows it is stored as, with a digest that says whether they changed.

A row holds what Webex told, and no more: what it did not tell is not known to be empty.

Times that move all day (last activity, last seen) are not in the digest, and count by the day: else most people would
have changed at every sync, or where one answer tells the time and another does not. A person's card brings them up to
the minute when it is opened.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from pydantic import ValidationError
from sqlmodel import SQLModel

from helpdesk.directory.records import (
    DeviceRecord,
    LicenseRecord,
    NumberRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    RoleRecord,
)
from helpdesk.directory.records.rows import (
    device_told,
    email_rows,
    license_told,
    number_told,
    organization_told,
    person_told,
    phone_rows,
    sip_rows,
)
from helpdesk.directory.records.told import Row, Told
from helpdesk.platform.identifiers import canonical_id, id_key
from helpdesk.platform.store.tables.directory import DeviceSip, PersonEmail, PersonLicense, PersonPhone, PersonRole
from helpdesk.platform.text.names import search_name

# Of each number, by the official description of GET /telephony/config/numbers; an owner only "if any".
_ALWAYS_TOLD = {"state", "phoneNumberType", "mainNumber"}
MOVING = {"last_activity", "last_seen"}


@dataclass(frozen=True, slots=True)
class Prepared(Told):
    """`links` are rows that go with it, and replace those that were there."""

    links: Mapping[type[SQLModel], list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of an organization when its records are read; ids as Webex gave them, keys as we store them.

    `locations` and `workspaces` are names by the id that Webex gave.
    """

    organization: str
    key: str
    licenses: Collection[str] = frozenset()
    roles: Collection[str] = frozenset()
    locations: Mapping[str, str] = field(default_factory=dict)
    workspaces: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None


def organization(item: Any) -> Prepared | None:
    record = _record(OrganizationRecord, item)
    if record is None:
        return None
    # Country and settings are the import file's to tell.
    told = {name: value for name, value in organization_told(record).row.items() if name not in ("country", "settings")}
    return _prepared(Told({**told, "search_name": search_name([record.display_name])}, {"settings": {}}))


def role(item: Any) -> Row | None:
    record = _record(RoleRecord, item)
    return {"id": id_key(record.id), "name": record.name} if record else None


def license_(item: Any, context: Context) -> Prepared | None:
    record = _record(LicenseRecord, _with(item, orgId=context.organization))
    return _prepared(license_told(record)) if record else None


def person(item: Any, context: Context) -> Prepared | None:
    """None for what cannot be understood, or is of another organization."""
    record = _record(PersonRecord, _with(_located(item, context), context.organization))
    if record is None or id_key(record.org_id) != context.key:
        return None
    told = person_told(record)
    key = told.row["id"]
    links: dict[type[SQLModel], list[Row]] = {PersonEmail: email_rows(record)}
    if "phone_numbers" in record.model_fields_set:
        links[PersonPhone] = phone_rows(record, context.country)
    # A link to what is not there could not be stored; it is, once that is there.
    if "licenses" in record.model_fields_set:
        held = dict.fromkeys(map(id_key, record.licenses))
        links[PersonLicense] = [{"person_id": key, "license_id": one} for one in held if one in context.licenses]
    if "roles" in record.model_fields_set:
        held = dict.fromkeys(map(id_key, record.roles))
        links[PersonRole] = [{"person_id": key, "role_id": one} for one in held if one in context.roles]
    # SCIM's to tell, or the import file's.
    told_elsewhere = ("account_status", "preferred_language", "features")
    row = {name: value for name, value in told.row.items() if name not in told_elsewhere}
    return _prepared(Told(row, told.new), links)


def device(item: Any, context: Context, people: Collection[str]) -> Prepared | None:
    record = _record(DeviceRecord, _with(_located(item, context), context.organization))
    if record is None or id_key(record.org_id) != context.key:
        return None
    links: dict[type[SQLModel], list[Row]] = {}
    if "sip_urls" in record.model_fields_set:
        links[DeviceSip] = sip_rows(record)
    return _prepared(device_told(record, set(people)), links)


def number(item: Any, context: Context) -> Prepared | None:
    record = _record(NumberRecord, _with(_with_owner(item), orgId=context.organization))
    return _prepared(number_told(record, context.country)) if record else None


def _with_owner(item: Any) -> Any:
    """Where a whole answer names no owner, the number has none: Webex leaves the field out."""
    is_whole = isinstance(item, dict) and item.keys() >= _ALWAYS_TOLD
    return {**item, "owner": None} if is_whole and not item.keys() & {"owner", "ownerId"} else item


def owner_of(item: Any) -> str | None:
    """The key of the person a device is of."""
    return canonical_id(str(item["personId"])) if isinstance(item, dict) and item.get("personId") else None


def key_of(item: Any) -> str | None:
    """The key of a record, also of one that cannot be understood any further."""
    return canonical_id(str(item.get("id", ""))) if isinstance(item, dict) else None


def workspace_of(item: Any) -> str | None:
    """The id of the workspace a device stands at, as Webex gave it."""
    return str(item["workspaceId"]) if isinstance(item, dict) and item.get("workspaceId") else None


def _located(item: Any, context: Context) -> Any:
    """With the names of its location and its workspace, of which Webex tells the ids."""
    if not isinstance(item, dict):
        return item
    located = {name: value for name, value in item.items() if name not in ("location", "workspace")}
    for place, names in (("location", context.locations), ("workspace", context.workspaces)):
        key = item.get(f"{place}Id")
        if f"{place}Id" in item and not key:
            located[place] = None
        elif str(key) in names:
            located[place] = names[str(key)]
    return located


def _with(item: Any, organization: str = "", **more: str) -> Any:
    """`item` of that organization, where it does not say of which; with `more` in any case."""
    if not isinstance(item, dict):
        return item
    return {"orgId": organization, **item, **more}


def _record(model: type[Record], item: Any) -> Any:
    try:
        return model.model_validate(item)
    except ValidationError:  # its words repeat what was in it
        return None


def _prepared(told: Told, links: Mapping[type[SQLModel], list[Row]] | None = None) -> Prepared:
    content = [
        {name: value for name, value in told.row.items() if name not in MOVING},
        *({"": model.__name__, "rows": rows} for model, rows in (links or {}).items()),
    ]
    digest = blake2b(json.dumps(content, default=str, sort_keys=True).encode(), digest_size=16).hexdigest()
    return Prepared({**told.row, "digest": digest}, told.new, links or {})


def by_day(when: datetime | None) -> str:
    return when.date().isoformat() if when else ""
