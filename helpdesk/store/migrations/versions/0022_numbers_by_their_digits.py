"""Phone numbers in the form that they are looked for: an earlier release kept some as typed, and some not at all"""

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers
import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ORGANIZATIONS = sa.table("organizations", sa.column("id"), sa.column("country"))
_PEOPLE = sa.table("people", sa.column("id"), sa.column("organization_id"), sa.column("phone_numbers", sa.JSON))
_PHONES = sa.table("person_phones", sa.column("person_id"), sa.column("number"))
_NUMBERS = sa.table("numbers", sa.column("organization_id"), sa.column("phone_number"))
# People that are read in one go: there may be a million of them.
_BATCH = 2_000
_DIALLED = re.compile(r"\+?[\d(][\d\s()./\-–]*")
_SHORTEST_WHOLE, _LONGEST = 7, 17


def upgrade() -> None:
    countries = dict(op.get_bind().execute(sa.select(_ORGANIZATIONS.c.id, _ORGANIZATIONS.c.country)).all())
    for people in _people():
        _add_phones(people, countries)
    _rename_numbers(countries)


def _people() -> Iterator[list[sa.Row[Any]]]:
    last = ""
    while True:
        after = sa.select(_PEOPLE).where(_PEOPLE.c.id > last).order_by(_PEOPLE.c.id).limit(_BATCH)
        found = list(op.get_bind().execute(after))
        if not found:
            return
        yield found
        last = found[-1].id


def _add_phones(people: list[sa.Row[Any]], countries: dict[str, str | None]) -> None:
    wanted = {
        (one.id, number)
        for one in people
        for told in one.phone_numbers or ()
        if isinstance(told, str) and (number := _stored(told.strip(), countries.get(one.organization_id)))
    }
    if not wanted:
        return
    of_these = _PHONES.c.person_id.between(people[0].id, people[-1].id)
    there = {tuple(row) for row in op.get_bind().execute(sa.select(_PHONES).where(of_these))}
    missing = [{"person_id": person, "number": number} for person, number in sorted(wanted - there)]
    if missing:
        op.get_bind().execute(sa.insert(_PHONES), missing)


def _rename_numbers(countries: dict[str, str | None]) -> None:
    there = {tuple(row) for row in op.get_bind().execute(sa.select(_NUMBERS))}
    for organization, old in sorted(there):
        new = _stored(old.strip(), countries.get(organization))
        # One that would become another that is there stays as it was.
        if new is None or (organization, new) in there:
            continue
        row = sa.and_(_NUMBERS.c.organization_id == organization, _NUMBERS.c.phone_number == old)
        op.get_bind().execute(sa.update(_NUMBERS).where(row).values(phone_number=new))
        there.add((organization, new))


def _stored(text: str, country: str | None) -> str | None:
    """In E.164, else its digits; None for what is no whole number."""
    digits = phonenumbers.normalize_digits_only(text)
    if not _DIALLED.fullmatch(text) or not _SHORTEST_WHOLE <= len(digits) <= _LONGEST:
        return None
    is_whole = text.startswith("+")
    if is_whole or country:
        try:
            number = phonenumbers.parse(text, None if is_whole else country)
        except phonenumbers.NumberParseException:
            number = None
        if number and phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"+{digits}" if is_whole else digits
