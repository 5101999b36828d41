"""`helpdesk import FILE`: either all of the file goes in or nothing does; a second time changes nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from helpdesk.directory.importing.places import with_places
from helpdesk.directory.importing.unknown_lists import unknown_lists
from helpdesk.directory.records import DeviceRecord, ImportFile, OrganizationRecord, PersonRecord
from helpdesk.directory.records.rows import (
    device_told,
    email_event_told,
    email_rows,
    license_told,
    number_told,
    organization_told,
    person_told,
    phone_rows,
    sip_rows,
    site_host,
    suppression_told,
)
from helpdesk.directory.records.sip import keep_owners
from helpdesk.directory.records.told import Row, Told, write_told
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.store import Store, batches, upsert
from helpdesk.platform.store.tables.directory import (
    Device,
    DeviceSip,
    Domain,
    License,
    Number,
    Order,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonPhone,
    PersonRole,
    RecordSource,
    WebexRole,
    WebexSite,
)
from helpdesk.platform.store.tables.mail import EmailEvent, Suppression
from helpdesk.platform.text.names import search_name
from helpdesk.search.index import followed


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A bad record: `place` such as `people[3].emails[0]`, and what is wrong there."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class BadImportFile(Exception):
    """Nothing was imported; `problems` names every bad record."""

    def __init__(self, problems: Sequence[ImportProblem]) -> None:
        super().__init__(f"{len(problems)} bad records")
        self.problems = problems


def parse(text: str | bytes) -> ImportFile:
    """The checked file. Raises BadImportFile, which names each place that is wrong."""
    try:
        content = json.loads(text, parse_float=_finite, parse_constant=_finite, object_pairs_hook=_lists_once)
    except (ValueError, RecursionError) as error:
        raise BadImportFile([ImportProblem("the file", f"is not JSON: {error}")]) from None
    if not isinstance(content, dict):
        raise BadImportFile([ImportProblem("the file", "is not one JSON object")])
    if unknown := [ImportProblem(*each) for each in unknown_lists(content, ImportFile.model_fields)]:
        raise BadImportFile(unknown)
    try:
        file = ImportFile.model_validate(content)
    except ValidationError as error:
        problems = [
            ImportProblem(_place(each["loc"]), _reason(each["msg"])) for each in error.errors(include_input=False)
        ]
        raise BadImportFile(problems) from None
    if twice := [*_twice(file)]:
        raise BadImportFile(twice)
    return with_places(file)


async def import_file(store: Store, file: ImportFile, now: Clock = utc_now) -> dict[str, int]:
    """Write the file in one transaction; gives how many records of each kind it held.

    Raises BadImportFile where a record names an organization that is neither in the file nor in the store.
    A person's license or role that nothing describes is counted as `unknown` and left out.
    """
    unknown = await store.write(_write, file, {"source": RecordSource.IMPORT.value, "synced_at": now(), "digest": None})
    counts = {name: len(getattr(file, name)) for name in ImportFile.model_fields}
    return counts | {"unknown": unknown}


def _write(session: Session, file: ImportFile, origin: Row) -> int:
    """Gives how many licenses and roles of people nothing describes; `origin` is said of every record."""
    known = {id_key(each.id) for each in file.organizations} | set(session.exec(select(Organization.id)))
    if missing := [*_unknown_organizations(file, known)]:
        raise BadImportFile(missing)
    _write_organizations(session, file.organizations, origin)
    write_told(session, License, [*map(license_told, file.licenses)], origin)
    upsert(session, WebexRole, [{"id": id_key(each.id), "name": each.name} for each in file.roles])
    countries = {key: country for key, country in session.exec(select(Organization.id, Organization.country))}  # noqa: C416 - rows are no pairs to mypy
    unknown = _write_people(session, file.people, countries, origin)
    _write_devices(session, file.devices, origin)
    numbers = [number_told(each, countries.get(id_key(each.org_id))) for each in file.numbers]
    # In the form of the country, two spellings may be one number.
    by_key = {(told.row["organization_id"], told.row["phone_number"]): told for told in numbers}
    write_told(session, Number, list(by_key.values()), origin)
    write_told(
        session, EmailEvent, list({told.row["id"]: told for told in map(email_event_told, file.emails)}.values())
    )
    write_told(session, Suppression, [*map(suppression_told, file.suppressions)])
    return unknown


def _lists_once(pairs: list[tuple[str, Any]]) -> Row:
    """Python would keep the last of two lists with one name."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        if twice := [name for name in ImportFile.model_fields if names.count(name) > 1]:
            raise BadImportFile([ImportProblem(name, "is there twice") for name in twice])
    return found


def _finite(text: str) -> float:
    """Python reads NaN, Infinity and 1e999; no database takes them."""
    if not isfinite(number := float(text)):
        raise ValueError(f"{text} is no number")
    return number


def _place(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def _twice(file: ImportFile) -> Iterable[ImportProblem]:
    """Records with the key of an earlier one: which of the two is meant cannot be known."""
    for name in ("organizations", "licenses", "roles", "people", "devices"):
        seen: dict[str, int] = {}
        for index, record in enumerate(getattr(file, name)):
            first = seen.setdefault(id_key(record.id), index)
            if first != index:
                yield ImportProblem(f"{name}[{index}].id", f"is the id of {name}[{first}] too")
    pairs = {
        "numbers": [(each.key, id_key(each.org_id)) for each in file.numbers],
        "suppressions": [(each.address, each.reason.value) for each in file.suppressions],
    }
    for name, keys in pairs.items():
        first_at: dict[tuple[str, str], int] = {}
        for index, key in enumerate(keys):
            if first_at.setdefault(key, index) != index:
                yield ImportProblem(f"{name}[{index}]", f"is the same as {name}[{first_at[key]}]")


def _unknown_organizations(file: ImportFile, known: set[str]) -> Iterable[ImportProblem]:
    for name in ("licenses", "people", "devices", "numbers"):
        for index, record in enumerate(getattr(file, name)):
            if id_key(record.org_id) not in known:
                yield ImportProblem(f"{name}[{index}].orgId", "names an organization that is not there")


def _write_organizations(session: Session, records: Sequence[OrganizationRecord], origin: Row) -> None:
    told = [_organization_told(each, origin) for each in records]
    with followed(session, Organization, [each.row["id"] for each in told]):
        write_told(session, Organization, told, origin)
    domains: list[Row] = []
    sites: list[Row] = []
    orders: list[Row] = []
    for each in records:
        key = id_key(each.id)
        domains += [{"organization_id": key, "domain": one.domain, "status": one.status} for one in each.domains or ()]
        sites += [{"organization_id": key, "url": url} for url in dict.fromkeys(map(site_host, each.sites or ()))]
        orders += [{"organization_id": key, "number": number} for number in dict.fromkeys(each.orders or ())]
    given: dict[type[SQLModel], list[str]] = {
        Domain: [id_key(each.id) for each in records if "domains" in each.model_fields_set],
        WebexSite: [id_key(each.id) for each in records if "sites" in each.model_fields_set],
        Order: [id_key(each.id) for each in records if "orders" in each.model_fields_set],
    }
    for model, keys in given.items():
        _delete(session, model, "organization_id", keys)
    upsert(session, Domain, list({(row["organization_id"], row["domain"]): row for row in domains}.values()))
    upsert(session, WebexSite, sites)
    upsert(session, Order, orders)


def _organization_told(record: OrganizationRecord, origin: Row) -> Told:
    told = organization_told(record)
    row = {**told.row, "search_name": search_name([record.display_name])}
    if record.model_fields_set & {"domains", "orders", "settings"}:
        row["imported_at"] = origin["synced_at"]
    return Told(row, told.new)


def _write_devices(session: Session, records: Sequence[DeviceRecord], origin: Row) -> None:
    people = set(session.exec(select(Person.id)))
    write_told(session, Device, [device_told(each, people) for each in records], origin)
    given = [each for each in records if "sip_urls" in each.model_fields_set]
    _delete(session, DeviceSip, "device_id", [id_key(each.id) for each in given])
    upsert(session, DeviceSip, [row for each in given for row in sip_rows(each)])
    keep_owners(session, [id_key(each.id) for each in records])


def _write_people(
    session: Session, records: Sequence[PersonRecord], countries: Mapping[str, str | None], origin: Row
) -> int:
    """Gives how many licenses and roles of theirs nothing describes."""
    everyone = [id_key(each.id) for each in records]
    with followed(session, Person, everyone):
        write_told(session, Person, [*map(person_told, records)], origin)
    _delete(session, PersonEmail, "person_id", everyone)
    upsert(session, PersonEmail, [row for each in records for row in email_rows(each)])
    called = [each for each in records if "phone_numbers" in each.model_fields_set]
    _delete(session, PersonPhone, "person_id", [id_key(each.id) for each in called])
    phones = [row for each in called for row in phone_rows(each, countries.get(id_key(each.org_id)))]
    upsert(session, PersonPhone, phones)
    unknown = 0
    for model, column, known in (
        (PersonLicense, "license_id", set(session.exec(select(License.id)))),
        (PersonRole, "role_id", set(session.exec(select(WebexRole.id)))),
    ):
        name = "licenses" if model is PersonLicense else "roles"
        given = [each for each in records if name in each.model_fields_set]
        _delete(session, model, "person_id", [id_key(each.id) for each in given])
        pairs = dict.fromkeys((id_key(each.id), id_key(one)) for each in given for one in getattr(each, name))
        rows = [{"person_id": person, column: one} for person, one in pairs if one in known]
        unknown += len(pairs) - len(rows)
        upsert(session, model, rows)
    return unknown


def _delete(session: Session, model: type[SQLModel], column: str, keys: Sequence[str]) -> None:
    for batch in batches(keys):
        session.exec(delete(model).where(col(getattr(model, column)).in_(batch)))
