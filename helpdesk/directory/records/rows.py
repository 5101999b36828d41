"""From what an import file or Webex tells to the rows it is stored as: only the fields that were told are there."""

from hashlib import sha256
from typing import Any

from helpdesk.directory.phones import is_dialled, stored_number
from helpdesk.directory.records import (
    DeviceRecord,
    EmailRecord,
    LicenseRecord,
    NumberRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    SuppressionRecord,
)
from helpdesk.directory.records.told import Row, Told
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.text.domains import canonical_domain


def site_host(url: str) -> str:
    """`https://acme.webex.com/x` and `acme.webex.com#attendee` -> `acme.webex.com`."""
    host = url.lower().removeprefix("https://").removeprefix("http://").split("/")[0].split("#")[0]
    return canonical_domain(host) or host


def organization_told(record: OrganizationRecord) -> Told:
    """`search_name` is left to the caller, who knows whether the name is Webex's."""
    row = _said(record, {"display_name", "created", "country", "settings"})
    return Told({"id": id_key(record.id), "webex_id": record.id, **row}, {"settings": {}})


def license_told(record: LicenseRecord) -> Told:
    row = _said(record, {"name", "total_units", "consumed_units", "subscription_id", "site_url"})
    return Told({"id": id_key(record.id), "organization_id": id_key(record.org_id), **row})


_OF_PERSON = {
    *("display_name", "first_name", "last_name", "login_enabled", "invite_pending", "account_status"),
    *("preferred_language", "created", "last_activity", "site_urls", "features", "extension", "location"),
}


def person_told(record: PersonRecord) -> Told:
    row = _said(record, _OF_PERSON)
    if "phone_numbers" in record.model_fields_set:
        row["phone_numbers"] = [each.value for each in record.phone_numbers]
    key = {
        "id": id_key(record.id),
        "webex_id": record.id,
        "organization_id": id_key(record.org_id),
        "email": record.emails[0],
    }
    return Told({**key, **row}, {"site_urls": [], "phone_numbers": [], "features": {}})


def email_rows(record: PersonRecord) -> list[Row]:
    return [
        {"person_id": id_key(record.id), "address": address, "domain": address.rpartition("@")[2]}
        for address in dict.fromkeys(record.emails)
    ]


def phone_rows(record: PersonRecord, country: str | None = None) -> list[Row]:
    """What a person is found by when they are called; a number without its country's code is of `country`."""
    whole = (each.value.strip() for each in record.phone_numbers if is_dialled(each.value.strip()))
    forms = dict.fromkeys(stored_number(each, country) for each in whole)
    return [{"person_id": id_key(record.id), "number": form} for form in forms]


_OF_DEVICE = {
    *("display_name", "product", "type", "serial", "mac", "sip_url", "connection_status", "last_seen"),
    *("location", "workspace", "software", "ip"),
}


def device_told(record: DeviceRecord, people: set[str]) -> Told:
    row = _said(record, _OF_DEVICE)
    if "person_id" in record.model_fields_set:
        owner = id_key(record.person_id) if record.person_id else None
        # Webex names the owner of a workspace's device too, who is no person of ours.
        row["person_id"] = owner if owner in people else None
    key = {"id": id_key(record.id), "webex_id": record.id, "organization_id": id_key(record.org_id)}
    return Told({**key, **row}, {"display_name": ""})


def sip_rows(record: DeviceRecord) -> list[Row]:
    return [{"device_id": id_key(record.id), "sip_url": url} for url in dict.fromkeys(record.sip_urls) if url]


def number_told(record: NumberRecord, country: str | None = None) -> Told:
    row = _said(record, {"state", "extension", "location", "owner_name", "owner_type"})
    if "owner_id" in record.model_fields_set:
        row["owner_id"] = id_key(record.owner_id) if record.owner_id else None
    number = stored_number(record.phone_number, country) or record.key
    return Told({"phone_number": number, "organization_id": id_key(record.org_id), **row})


def email_event_told(record: EmailRecord) -> Told:
    # Mails carry no id in the file: what tells them apart makes one, so a second import finds the same row.
    told_apart = f"{record.address}\n{record.sent_at.isoformat()}\n{record.subject or ''}"
    key = sha256(told_apart.encode()).hexdigest()
    return Told({"id": key, **record.model_dump(include=record.model_fields_set)})


def suppression_told(record: SuppressionRecord) -> Told:
    return Told(record.model_dump(include=record.model_fields_set))


def _said(record: Record, names: set[str]) -> dict[str, Any]:
    return record.model_dump(include=record.model_fields_set & names)
