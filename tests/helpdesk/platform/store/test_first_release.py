"""A database of the first release is brought up to date with all that is in it."""

from typing import Any

from alembic import command
from sqlalchemy import text
from sqlmodel import Session

import helpdesk.platform.store.schema
from helpdesk.directory.index import Directory
from helpdesk.platform.store import Store
from helpdesk.upgrade import upgrade
from tests.databases import Databases
from tests.sessions import rows

ACT = (
    "INSERT INTO audit (id, at, actor, action, subject, outcome, event_id)"
    " VALUES (:id, '2026-03-01 12:00:00', 'ana', 'find', :subject, 'shown', 'press')"
)


def _as_the_first_release_left_it(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.platform.store.schema._config(connection), "0001")
    for number, subject in enumerate(["sam", "sam", "pat", "sam"], 1):
        connection.execute(text(ACT), {"id": number, "subject": subject})


async def test_what_it_told_twice_of_one_event_stays_and_is_told_apart(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_as_the_first_release_left_it)
        assert await upgrade(store, "a secret of the tests, long enough") == "0001"
        query: Any = text("SELECT id, subject, event_id FROM audit WHERE actor = 'ana' ORDER BY id")
        found = [tuple(row) for row in await rows(store, query)]
        await store.close()
    assert found == [(1, "sam", "press"), (2, "sam", "press#2"), (3, "pat", "press"), (4, "sam", "press#4")]


ORGANIZATION = (
    "INSERT INTO organizations (id, webex_id, display_name, search_name, settings)"
    " VALUES ('o', 'o', 'Acme', ' acme', '{}')"
)
PERSON = (
    "INSERT INTO people (id, webex_id, organization_id, email, display_name, search_name, site_urls, phone_numbers,"
    " features)"
    " VALUES ('p', 'p', 'o', 'pat@acme.example', 'Pat', ' pat', '[]', '[\"+1 (212) 555-0112\", \"4711\"]', '{}')"
)
DEVICE = (
    "INSERT INTO devices (id, webex_id, organization_id, display_name, serial, mac, sip_url)"
    " VALUES (:id, :id, 'o', 'Desk', :serial, :mac, :sip)"
)
NUMBER = "INSERT INTO numbers (phone_number, organization_id) VALUES (:number, 'o')"


def _with_things(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.platform.store.schema._config(connection), "0001")
    for row in (ORGANIZATION, PERSON):
        connection.exec_driver_sql(row)
    odd = {"id": "odd", "serial": None, "mac": "no address", "sip": None}
    for device in ({"id": "d", "serial": "foc 1", "mac": "0000.5e00.5311", "sip": "sip:Desk@acme.example"}, odd):
        connection.execute(text(DEVICE), device)
    for number in ("+1 212-555-0112", "+1 212 555 0113", "+12125550113", "4711"):
        connection.execute(text(NUMBER), {"number": number})


async def test_numbers_of_all_kinds_are_found_by_their_one_form_afterwards(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_with_things)
        await upgrade(store)
        devices: Any = text("SELECT id, serial, mac, sip_url FROM devices ORDER BY id")
        numbers: Any = text("SELECT phone_number FROM numbers")
        phones: Any = text("SELECT person_id, number FROM person_phones")
        assert [tuple(row) for row in await rows(store, devices)] == [
            ("d", "FOC1", "00:00:5E:00:53:11", "desk@acme.example"),
            ("odd", None, "no address", None),
        ]
        # One that would become another that is there stays as it was.
        assert sorted(row[0] for row in await rows(store, numbers)) == [
            "+1 212 555 0113",
            *("+12125550112", "+12125550113", "4711"),
        ]
        assert [tuple(row) for row in await rows(store, phones)] == [("p", "+12125550112")]
        await store.close()


async def test_people_and_customers_are_found_by_name_afterwards(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_with_things)
        await upgrade(store)
        found = [await Directory(store).find(text) for text in ("pat", "acme", "pta")]
        await store.close()
    assert [[hit.name for hit in each.hits or each.near] for each in found] == [["Pat"], ["Acme"], ["Pat"]]


def _with_domains_as_they_were_written(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.platform.store.schema._config(connection), "0001")
    connection.exec_driver_sql(ORGANIZATION)
    for domain in ("dömäin.org", "xn--dmin-moa0i.org", "exämple.de", "no domain ä", "acme.example"):
        claimed = text("INSERT INTO domains (organization_id, domain, status) VALUES ('o', :domain, 'claimed')")
        connection.execute(claimed, {"domain": domain})
    connection.execute(text("INSERT INTO sites (organization_id, url) VALUES ('o', 'exämple.de')"))
    device = {"id": "d", "serial": None, "mac": None, "sip": "desk@exämple.de"}
    connection.execute(text(DEVICE), device)


async def test_domains_that_it_kept_in_unicode_are_in_ascii_and_there_once(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_with_domains_as_they_were_written)
        await upgrade(store, "a secret of the tests, long enough")
        queries: list[Any] = [text(f"SELECT {name} FROM {table} ORDER BY 1") for table, name in IN_ASCII.items()]  # noqa: S608 - our own names
        domains, sites, devices = [[row[0] for row in await rows(store, query)] for query in queries]
        await store.close()
    assert sorted(domains) == sorted(["acme.example", "no domain ä", "xn--dmin-moa0i.org", "xn--exmple-cua.de"])
    assert (sites, devices) == (["xn--exmple-cua.de"], ["desk@xn--exmple-cua.de"])


IN_ASCII = {"domains": "domain", "sites": "url", "devices": "sip_url"}
