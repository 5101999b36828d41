"""From what Webex tells of a thing to the rows it is stored as, with a digest that says whether they changed.

Times that move all day (last activity, last seen) count by the day: else most people would have changed at every
sync. A person's card brings them up to the minute when it is opened.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from pydantic import ValidationError
from sqlmodel import SQLModel

from helpdesk.directory.names import search_name
from helpdesk.directory.records import (
    DeviceRecord,
    LicenseRecord,
    NumberRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    RoleRecord,
)
from helpdesk.directory.rows import (
    Row,
    device_row,
    email_rows,
    license_row,
    number_row,
    person_row,
    phone_rows,
)
from helpdesk.identifiers import canonical_id, id_key
from helpdesk.store.tables import PersonEmail, PersonLicense, PersonPhone, PersonRole

MOVING = {"last_activity", "last_seen"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """`links` are rows that go with it, and replace those that were there."""

    row: Row
    links: Mapping[type[SQLModel], list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of an organization when its records are read; ids as Webex gave them, keys as we store them."""

    organization: str
    key: str
    licenses: Collection[str] = frozenset()
    roles: Collection[str] = frozenset()
    locations: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None


def organization(item: Any) -> Prepared | None:
    record = _record(OrganizationRecord, item)
    if record is None:
        return None
    names = {"display_name": record.display_name, "search_name": search_name([record.display_name])}
    return _prepared({"id": id_key(record.id), "webex_id": record.id, **names, "created": record.created})


def role(item: Any) -> Row | None:
    record = _record(RoleRecord, item)
    return {"id": id_key(record.id), "name": record.name} if record else None


def license_(item: Any, context: Context) -> Prepared | None:
    record = _record(LicenseRecord, _with(item, orgId=context.organization))
    return _prepared(license_row(record)) if record else None


def person(item: Any, context: Context) -> Prepared | None:
    """None for what cannot be understood, or is of another organization."""
    record = _record(PersonRecord, _with(_located(item, context), context.organization))
    if record is None or id_key(record.org_id) != context.key:
        return None
    row = person_row(record)
    key = row["id"]
    links: dict[type[SQLModel], list[Row]] = {
        PersonEmail: email_rows(record),
        PersonPhone: phone_rows(record, context.country),
    }
    # A link to what is not there could not be stored; it is, once that is there.
    if record.licenses is not None:
        held = dict.fromkeys(map(id_key, record.licenses))
        links[PersonLicense] = [{"person_id": key, "license_id": one} for one in held if one in context.licenses]
    if record.roles is not None:
        held = dict.fromkeys(map(id_key, record.roles))
        links[PersonRole] = [{"person_id": key, "role_id": one} for one in held if one in context.roles]
    # SCIM's to tell, or the import file's.
    told_elsewhere = ("account_status", "preferred_language", "features")
    return _prepared({name: value for name, value in row.items() if name not in told_elsewhere}, links)


def device(item: Any, context: Context, people: Collection[str]) -> Prepared | None:
    record = _record(DeviceRecord, _with(_located(item, context), context.organization))
    if record is None or id_key(record.org_id) != context.key:
        return None
    return _prepared(device_row(record, set(people)))


def number(item: Any, context: Context) -> Prepared | None:
    if not isinstance(item, dict):
        return None
    owner, location = _object(item, "owner"), _object(item, "location")
    name = " ".join(str(owner[part]) for part in ("firstName", "lastName") if owner.get(part))
    flat = {
        "phoneNumber": item.get("phoneNumber") or "",
        "extension": item.get("extension"),
        "state": item.get("state"),
        "orgId": context.organization,
        "location": location.get("name"),
        # What rings may be a queue or a workspace, which is nobody we know.
        "ownerId": owner.get("id") if owner.get("type") == "PEOPLE" else None,
        "ownerType": owner.get("type"),
        "ownerName": name or None,
    }
    record = _record(NumberRecord, flat)
    return _prepared(number_row(record, context.country)) if record else None


def owner_of(item: Any) -> str | None:
    """The key of the person a device is of."""
    return canonical_id(str(item["personId"])) if isinstance(item, dict) and item.get("personId") else None


def key_of(item: Any) -> str | None:
    """The key of a record, also of one that cannot be understood any further."""
    return canonical_id(str(item.get("id", ""))) if isinstance(item, dict) else None


def _located(item: Any, context: Context) -> Any:
    if not isinstance(item, dict):
        return item
    return {**item, "location": context.locations.get(str(item.get("locationId")))}


def _with(item: Any, organization: str = "", **more: str) -> Any:
    """`item` of that organization, where it does not say of which; with `more` in any case."""
    if not isinstance(item, dict):
        return item
    return {"orgId": organization, **item, **more}


def _object(item: Row, name: str) -> Row:
    inner = item.get(name)
    return inner if isinstance(inner, dict) else {}


def _record(model: type[Record], item: Any) -> Any:
    try:
        return model.model_validate(item)
    except ValidationError:  # its words repeat what was in it
        return None


def _prepared(row: Row, links: Mapping[type[SQLModel], list[Row]] | None = None) -> Prepared:
    counted = {name: by_day(value) if name in MOVING else value for name, value in row.items()}
    content = [counted, *({"": model.__name__, "rows": rows} for model, rows in (links or {}).items())]
    digest = blake2b(json.dumps(content, default=str, sort_keys=True).encode(), digest_size=16).hexdigest()
    return Prepared({**row, "digest": digest}, links or {})


def by_day(when: datetime | None) -> str:
    return when.date().isoformat() if when else ""
