"""From what an import file or Webex tells to the rows it is stored as."""

from hashlib import sha256
from typing import Any

from helpdesk.directory.names import search_name
from helpdesk.directory.phones import is_dialled, stored_number
from helpdesk.directory.records import EmailRecord, NumberRecord, PersonRecord
from helpdesk.domains import canonical_domain
from helpdesk.identifiers import id_key

Row = dict[str, Any]


def site_host(url: str) -> str:
    """`https://acme.webex.com/x` and `acme.webex.com#attendee` -> `acme.webex.com`."""
    host = url.lower().removeprefix("https://").removeprefix("http://").split("/")[0].split("#")[0]
    return canonical_domain(host) or host


def license_row(record: Any) -> Row:
    row: Row = record.model_dump(exclude={"id", "org_id"})
    return {"id": id_key(record.id), "organization_id": id_key(record.org_id)} | row


def person_row(record: PersonRecord) -> Row:
    names = [record.name, record.first_name, record.last_name]
    same = {"login_enabled", "invite_pending", "account_status", "preferred_language", "created", "last_activity"}
    row: Row = record.model_dump(
        include=same | {"first_name", "last_name", "site_urls", "features", "extension", "location"}
    )
    return row | {
        "id": id_key(record.id),
        "webex_id": record.id,
        "organization_id": id_key(record.org_id),
        "email": record.emails[0],
        "display_name": record.name,
        "search_name": search_name(names),
        "phone_numbers": [each.value for each in record.phone_numbers],
    }


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


def device_row(record: Any, people: set[str]) -> Row:
    row: Row = record.model_dump(exclude={"id", "org_id", "person_id"})
    owner = id_key(record.person_id) if record.person_id else None
    return row | {
        "id": id_key(record.id),
        "webex_id": record.id,
        "organization_id": id_key(record.org_id),
        # Webex names the owner of a workspace's device too, who is no person of ours.
        "person_id": owner if owner in people else None,
    }


def number_row(record: NumberRecord, country: str | None = None) -> Row:
    row: Row = record.model_dump(include={"state", "extension", "location", "owner_name", "owner_type"})
    return row | {
        "phone_number": stored_number(record.phone_number, country) or record.key,
        "organization_id": id_key(record.org_id),
        "owner_id": id_key(record.owner_id) if record.owner_id else None,
    }


def email_event_row(record: EmailRecord) -> Row:
    # Mails carry no id in the file: what tells them apart makes one, so a second import finds the same row.
    told_apart = f"{record.address}\n{record.sent_at.isoformat()}\n{record.subject or ''}"
    return {"id": sha256(told_apart.encode()).hexdigest(), **record.model_dump()}
