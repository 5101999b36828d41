"""Rows of earlier releases are held against their old chain, tied anew under the key, and sealed."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session

import helpdesk.platform.store.schema
from helpdesk.audit import Audit
from helpdesk.audit.blinding import blind
from helpdesk.audit.heads import KeptHead
from helpdesk.audit.keys import Keys
from helpdesk.audit.verifying import verify
from helpdesk.audit.walking import Fault
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import HEAD, upgrade, version
from tests.databases import Databases
from tests.helpdesk.audit.chains import BEGAN, refused_by_hand, row
from tests.sessions import rows, writing

SECRET = "a secret of the tests, long enough"
KEYS = Keys.of(SECRET)
COUNT = 1_000
ACT = text(
    "INSERT INTO audit (id, at, actor, action, subject, reason, outcome, event_id, hash)"
    " VALUES (:id, :at, :actor, :action, :subject, :reason, :outcome, :event_id, :hash)"
)


def chained(count: int) -> list[dict[str, Any]]:
    """Rows with the hashes of that time."""
    made: list[dict[str, Any]] = []
    before = ""
    for number in range(1, count + 1):
        at = BEGAN + timedelta(minutes=number)
        said: list[Any] = [number, at.isoformat(timespec="microseconds"), "ana@partner.example", "find"]
        said += [
            f"p{number % 7}@acme.example",
            None,
            "for pat@acme.example" if number % 3 else None,
            "shown",
            f"e{number}",
        ]
        before = "1:" + hashlib.sha256(json.dumps([1, before, *said], separators=(",", ":")).encode()).hexdigest()
        names = ("id", "at", "actor", "action", "subject", "organization_id", "reason", "outcome", "event_id")
        made.append(dict(zip(names, said, strict=True)) | {"at": at, "hash": before})
    return made


def of_release(session: Session, release: str, done: tuple[str, ...]) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.platform.store.schema._config(connection), release)
    made = chained(COUNT)
    is_sqlite = connection.dialect.name == "sqlite"
    for each in made:
        each["at"] = each["at"].replace(tzinfo=None).isoformat(" ") if is_sqlite else each["at"]
    connection.execute(ACT, made)
    head = {"id": COUNT, "hash": made[-1]["hash"]}
    connection.execute(text("UPDATE audit_head SET last_id = :id, last_hash = :hash"), head)
    for trigger in ("audit_stays_as_it_is", "audit_stays"):
        if done and is_sqlite:
            # Where a trigger was dropped for tampering, a release after it finds it there again: put back below.
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        elif done:
            connection.exec_driver_sql(f"ALTER TABLE audit DISABLE TRIGGER {trigger}")
    for statement in done:
        connection.exec_driver_sql(statement)
    if done and is_sqlite:
        for trigger in ("audit_stays_as_it_is", "audit_stays"):
            when = "UPDATE" if trigger.endswith("is") else "DELETE"
            connection.exec_driver_sql(
                f"CREATE TRIGGER {trigger} BEFORE {when} ON audit BEGIN SELECT RAISE(ABORT, 'only appended to'); END"
            )


@asynccontextmanager
async def old(databases: Databases, release: str, *done: str) -> AsyncIterator[Store]:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(of_release, release, done)
        yield store
        await store.close()


@pytest.mark.parametrize("release", ["0010", "0011", "0012", "0013"])
async def test_rows_of_each_release_are_sealed_and_the_chain_goes_on(databases: Databases, release: str) -> None:
    async with old(databases, release) as store:
        assert await upgrade(store, SECRET) == release
        verdict = await verify(store, KEYS)
        assert (verdict.fault, verdict.sealed_to) == (None, COUNT)
        seal = await row(store, COUNT + 1)
        last = chained(COUNT)[-1]["hash"]
        assert (seal["action"], seal["subject"]) == ("audit.seal", f"rows 1 to {COUNT}")
        assert (seal["outcome"], seal["reason"]) == (f"head {COUNT}/{last}", None)
        await Audit(store, keys=KEYS).record(actor="a", action="find", subject="p", outcome="shown", event_id="e")
        assert (await verify(store, KEYS)).fault is None


async def test_a_head_kept_from_that_time_is_compared_where_the_seal_has_it(databases: Databases) -> None:
    async with old(databases, "0013") as store:
        await upgrade(store, SECRET)
        made = chained(COUNT)
        last, early = KeptHead(COUNT, made[-1]["hash"]), KeptHead(7, made[6]["hash"])
        verdict = await verify(store, KEYS, [last, early])
        assert (list(verdict.compared), list(verdict.beyond)) == ([last], [early])
        assert (await verify(store, KEYS, [KeptHead(COUNT, "1:" + "0" * 64)])).fault is Fault.ANEW


@pytest.mark.parametrize(
    ("done", "row_id", "fault", "detail"),
    [
        ("UPDATE audit SET actor = 'mallory' WHERE id = 40", COUNT + 1, Fault.SEALED_BROKEN, "row 40 is altered"),
        ("DELETE FROM audit WHERE id = 40", 41, Fault.MISSING, ""),
        ("DELETE FROM audit WHERE id = 1000", COUNT, Fault.SEALED_BROKEN, "cut off"),
        ("UPDATE audit_head SET last_hash = '1:0'", COUNT + 1, Fault.SEALED_BROKEN, "the head is not theirs"),
    ],
)
async def test_what_was_broken_before_is_told_for_ever(
    databases: Databases, done: str, row_id: int, fault: Fault, detail: str
) -> None:
    async with old(databases, "0013", done) as store:
        await upgrade(store, SECRET)
        verdict = await verify(store, KEYS)
        assert (verdict.row_id, verdict.fault) == (row_id, fault)
        assert detail in verdict.detail


async def test_without_the_key_nothing_is_changed_and_what_to_set_is_said(databases: Databases) -> None:
    async with old(databases, "0012") as store:
        with pytest.raises(HelpdeskError) as refused:
            await upgrade(store)
        assert "HELPDESK_SECRET_KEY" in ENGLISH(refused.value.text)
        assert await version(store) == "0012"
        assert (await row(store, 9))["hash"] == chained(9)[-1]["hash"]


async def test_without_rows_no_key_is_needed(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)

        def empty(session: Session) -> None:
            command.upgrade(helpdesk.platform.store.schema._config(session.connection()), "0013")

        await store.write(empty)
        await upgrade(store)
        assert await version(store) == HEAD
        assert (await verify(store, KEYS)).fault is None
        await store.close()


async def test_people_in_sealed_rows_can_be_blinded(databases: Databases) -> None:
    async with old(databases, "0013") as store:
        await upgrade(store, SECRET)
        assert await store.write(blind, "pat@acme.example") == sum(number % 3 != 0 for number in range(1, COUNT + 1))
        assert await store.write(blind, "p3@acme.example") == sum(number % 7 == 3 for number in range(1, COUNT + 1))
        verdict = await verify(store, KEYS)
        assert (verdict.fault, verdict.blinded > 0) == (None, True)
        query: Any = text("SELECT count(*) FROM audit WHERE subject LIKE 'p3@%' OR reason LIKE '%pat@%'")
        assert [tuple(each) for each in await rows(store, query)] == [(0,)]


async def test_sealed_rows_are_guarded_as_others(databases: Databases) -> None:
    async with old(databases, "0013") as store:
        await upgrade(store, SECRET)
        for statement in ("UPDATE audit SET actor = 'x' WHERE id = 3", "DELETE FROM audit WHERE id = 3"):
            with pytest.raises(Exception, match="only ever appended to"):
                await refused_by_hand(store, statement)
        async with writing(store) as session:
            count: Any = text("SELECT count(*) FROM audit")
            assert (await session.exec(count)).scalar_one() == COUNT + 1
