"""A person who is in every table is forgotten everywhere, and another one nowhere."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import MetaData, Table, create_engine, insert, select
from sqlalchemy.types import JSON, Boolean, String
from sqlmodel import Session, SQLModel

from bot.cli.forget import export_now, forget_now
from bot.settings import Settings
from helpdesk.audit import Audit
from helpdesk.audit.keys import Keys
from helpdesk.directory.index import Directory
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.personal.forgetting import StillAnAgent
from helpdesk.personal.holdings import FOLLOWED, HOLDINGS
from helpdesk.personal.pseudonyms import Pseudonyms
from helpdesk.personal.subject import SharedAddress
from helpdesk.platform.errors import BadInput
from helpdesk.platform.jobs import Job, JobStatus
from helpdesk.platform.jobs.database import jobs_database
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.private import sqlite_file
from helpdesk.platform.store.schema import upgrade
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import PersonEmail
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.platform.store.tables.mail import EmailEvent, Suppression
from helpdesk.platform.store.tables.people import Agent
from tests.bot.cli.test_main import Ended, Shell
from tests.databases import Databases
from tests.helpdesk.personal.everywhere import AT, PAT, SAM, Human, put, said
from tests.helpdesk.platform.jobs.small_jobs import Desk, running

pytestmark = pytest.mark.long

SECRET = "a secret of the tests, long enough"
PSEUDONYMS = Pseudonyms(SECRET)
OF = PSEUDONYMS.of


@pytest.fixture
async def settings(databases: Databases) -> AsyncIterator[Settings]:
    async with databases.fresh("empty") as url:
        yield Settings(database_url=SecretStr(url), secret_key=SecretStr(SECRET))


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """With Pat and Sam in every table."""
    store = await _filled_store(settings)
    yield store
    await store.close()


async def _filled_store(settings: Settings) -> Store:
    store = Store(settings.database_url.get_secret_value())
    for human in (PAT, SAM):
        await store.write(put, human)
        await _audit(store, human)
    return store


async def _audit(store: Store, human: Human) -> None:
    audit = Audit(store, keys=Keys.of(SECRET))
    about = {"subject": human.address, "outcome": f"found {human.alias}", "reason": f"asked {human.address}"}
    await audit.record(actor="bo@partner.example", action="find", event_id=f"about {human.number}", **about)
    await audit.record(actor=human.alias, action="find", subject="x", outcome="y", event_id=f"by {human.number}")


async def held(store: Store, human: Human) -> dict[str, list[str]]:
    """Table -> columns in which they are, by any of their names, in whatever case."""
    return await store.read(_held, SQLModel.metadata.sorted_tables, human)


def _held(session: Session, tables: list[Table], human: Human) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table in tables:
        for row in session.connection().execute(select(table)).mappings():
            for name, value in row.items():
                if _is_in(value, human):
                    found.setdefault(table.name, []).append(name)
    return found


def _is_in(value: Any, human: Human) -> bool:
    text = json.dumps(value, default=str, ensure_ascii=False).lower()
    digits = "".join(filter(str.isdigit, text)) if isinstance(value, str) else ""
    return any(each.lower() in text for each in (*human.all, human.last)) or human.phone[1:] in digits


async def test_who_is_in_every_table_is_forgotten_everywhere_and_another_nowhere(
    settings: Settings, store: Store
) -> None:
    before, others = await held(store, PAT), await held(store, SAM)
    # An agent is not forgotten, and has their own test; a try goes into the audit within the hour.
    everywhere = {each.model.__tablename__ for each in HOLDINGS} | {each.__tablename__ for each in FOLLOWED}
    assert everywhere - set(before) == {"agents", "agent_customers", "refused_tries"}
    lines, warnings = await forget_now(settings, f"  Pat <{PAT.alias.upper()}>; ")
    assert warnings == []
    assert lines[0].startswith("rows removed: ")
    assert await held(store, PAT) == {}
    assert await held(store, SAM) == others


async def test_in_the_audit_they_have_the_pseudonym_that_others_rows_have(settings: Settings, store: Store) -> None:
    await forget_now(settings, PAT.address)
    rows = {row.event_id: row for row in await store.read(_audit_rows)}
    assert rows["about 1"].subject == OF(PAT.address)
    assert rows["by 1"].actor == OF(PAT.alias)
    told = next(row for row in rows.values() if row.action == "person.forget")
    assert (told.actor, told.subject) == ("the command line", OF(PAT.address))
    assert rows["about 2"].subject == SAM.address


def _audit_rows(session: Session) -> list[AuditRow]:
    return list(session.scalars(select(AuditRow)))


async def test_a_second_time_nothing_is_left_and_nothing_changes(settings: Settings, store: Store) -> None:
    await forget_now(settings, PAT.address)
    others = await held(store, SAM)
    for address in (PAT.address, PAT.alias):
        lines, _ = await forget_now(settings, address)
        assert lines[0] == "rows removed: 0, blinded: 0, of the audit: 0, jobs removed: 0"
    assert await held(store, SAM) == others


async def test_of_two_at_once_both_end_well(settings: Settings, store: Store) -> None:
    await asyncio.gather(*(forget_now(settings, PAT.address) for _ in range(2)))
    assert await held(store, PAT) == {}


async def test_who_complained_is_still_held_back(settings: Settings, store: Store) -> None:
    held_back = EmbeddedSuppressionList(store, PSEUDONYMS.all_of)
    entries = [
        Suppression(address=PAT.address, reason="complaint", since=AT),
        Suppression(address=PAT.address, reason="bounce"),
    ]
    await store.write(lambda session: session.add_all(entries))
    await forget_now(settings, PAT.address)
    assert {entry.reason.value for entry in await held_back.find(PAT.address)} == {"complaint", "bounce"}
    assert {entry.address for entry in await held_back.find(PAT.address)} == {PAT.address}
    # Listed again and forgotten again, it is there once.
    await store.write(lambda session: session.add(Suppression(address=PAT.address, reason="complaint", since=AT)))
    await forget_now(settings, PAT.address)
    assert len(await held_back.find(PAT.address)) == 2
    assert len(await EmbeddedSuppressionList(store, Pseudonyms("a new one", (SECRET,)).all_of).find(PAT.address)) == 2
    removal = await held_back.remove(PAT.address, "event")
    assert len(removal.removed) == 2
    assert await held_back.find(PAT.address) == []


async def test_an_agent_is_refused_and_nothing_changes(settings: Settings, store: Store) -> None:
    await store.write(lambda session: session.add(Agent(email=PAT.alias, role="agent", added_by="x", added_at=AT)))
    before = await held(store, PAT)
    with pytest.raises(StillAnAgent):
        await forget_now(settings, PAT.address)
    assert await held(store, PAT) == before
    administrators = Settings(**{**settings.model_dump(), "partner_admins": (SAM.alias,)})
    with pytest.raises(StillAnAgent):
        await forget_now(administrators, SAM.address)


@pytest.mark.parametrize("text", ["", "pat", "pat@", "pat@acme.example, sam@acme.example", "%", "'; DROP TABLE people"])
async def test_what_is_no_address_is_refused(settings: Settings, store: Store, text: str) -> None:
    for act in (forget_now, export_now):
        with pytest.raises(BadInput):
            await act(settings, text)


async def test_an_export_has_all_that_is_held_and_nothing_of_anybody_else(settings: Settings, store: Store) -> None:
    everything = json.loads(await export_now(settings, PAT.address))
    # The index of names is made of the names, and is of no use to anybody.
    expected = {each.called for each in HOLDINGS} - {"agents", "customers of agents"}
    assert set(everything["held"]) == expected | {"audit"}
    assert everything["addresses"] == sorted([PAT.address, PAT.alias])
    assert not _is_in(everything, SAM)
    for secret in ("digest", "code_hmac", "token_hash", "secret_hash", "token"):
        assert f'"{secret}"' not in json.dumps(everything)
    assert {row["event_id"] for row in everything["held"]["audit"]} >= {"about 1", "by 1"}


async def test_an_export_is_audited_and_after_a_forget_has_the_audit_alone(settings: Settings, store: Store) -> None:
    await export_now(settings, PAT.address)
    assert [row.action for row in await Audit(store).about(PAT.address)] == ["find", "person.export"]
    await forget_now(settings, PAT.address)
    everything = json.loads(await export_now(settings, PAT.address))
    assert set(everything["held"]) == {"audit"} | {"suppressed addresses"} & set(everything["held"])
    assert {row["subject"] for row in everything["held"]["audit"]} >= {OF(PAT.address)}


def _jobs(url: str) -> Iterator[tuple[str, str]]:
    """(table, value) of all texts in the jobs' database."""
    engine = create_engine(jobs_database(url))
    schema = "dbos" if engine.dialect.name == "postgresql" else None
    metadata = MetaData(schema=schema)
    with engine.connect() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from ((table.name, str(value)) for value in row.values() if value is not None)
    engine.dispose()


async def test_jobs_are_forgotten_with_all_that_is_kept_of_them(settings: Settings, store: Store) -> None:
    url = settings.database_url.get_secret_value()
    desk = Desk()
    async with running(url, desk) as jobs:
        for human in (PAT, SAM):
            await jobs.start_workflow("greet", f"key {human.number}", whom=human.address)
            await desk.wait_for(f"hello {human.address}")
    await asyncio.to_thread(_fill_jobs, url)
    everywhere = {table for table, value in _jobs(url) if _is_in(value, PAT)}
    assert len(everywhere) > 3
    assert "jobs" in json.loads(await export_now(settings, PAT.address))["held"]
    lines, warnings = await forget_now(settings, PAT.address)
    assert warnings == []
    assert not lines[0].endswith("jobs removed: 0")
    assert [found for found in _jobs(url) if _is_in(found[1], PAT)] == []
    assert {table for table, value in _jobs(url) if _is_in(value, SAM)} == everywhere


async def test_a_job_that_waits_is_forgotten_while_the_desk_runs(settings: Settings, store: Store) -> None:
    url = settings.database_url.get_secret_value()
    async with running(url, Desk(), [Job("wait", _wait)]) as jobs:
        for human in (PAT, SAM):
            await jobs.start_workflow("wait", f"key {human.number}", whom=human.id)
        async with asyncio.timeout(20):
            while await jobs.status("wait", "key 1") is not JobStatus.RUNNING:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        lines, _ = await forget_now(settings, PAT.address)
        assert lines[0].endswith("jobs removed: 1")
        assert await jobs.status("wait", "key 1") is None
        assert await jobs.status("wait", "key 2") is not None


async def _wait(run: Run[Desk], whom: str) -> None:
    await run.sleep(3_600)


async def test_jobs_that_cannot_be_reached_are_said(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/helpdesk.db"
    await upgrade(other := Store(url))
    await other.close()
    (tmp_path / "helpdesk-jobs.db").write_text("this is no database, but longer than the header of one would be " * 9)
    ended = await asyncio.to_thread(
        Shell(tmp_path), "forget", PAT.address, HELPDESK_DATABASE_URL=url, HELPDESK_SECRET_KEY=SECRET
    )
    assert ended.status == 1
    assert ended.errors[-1].startswith("helpdesk: the database of HELPDESK_DATABASE_URL cannot be used: ")


def _fill_jobs(url: str) -> None:
    """Both in each text of each table that is kept by job."""
    engine = create_engine(jobs_database(url))
    schema = "dbos" if engine.dialect.name == "postgresql" else None
    metadata = MetaData(schema=schema)
    with engine.begin() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            jobs = [name for name in ("workflow_uuid", "destination_uuid") if name in table.c]
            if not jobs:
                continue
            for human in (PAT, SAM):
                row = {each.name: _filled(each, human, f"job {human.number}") for each in table.c}
                row |= dict.fromkeys(jobs, f"job {human.number}")
                connection.execute(insert(table).values(**row))
    engine.dispose()


def _filled(column: Any, human: Human, job: str) -> Any:
    if isinstance(column.type, JSON):
        return {"said": said(human)}
    if isinstance(column.type, Boolean):
        return False
    if not isinstance(column.type, String):
        return human.number
    if column.name in ("inputs", "output", "message", "value"):
        return json.dumps({"positionalArgs": [said(human)], "namedArgs": {}})
    return f"{job} {human.address}"[: getattr(column.type, "length", None)] if column.primary_key else job


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_its_bytes_are_gone_from_the_files_too(settings: Settings) -> None:
    store = await _filled_store(settings)
    url = settings.database_url.get_secret_value()
    async with running(url, Desk()) as jobs:
        await jobs.start_workflow("greet", "key", whom=PAT.address)
        await asyncio.sleep(0.1)
    await store.close()
    files = [sqlite_file(each) for each in (url, jobs_database(url))]
    assert all(_bytes_of(file, PAT) for file in files)
    _, warnings = await forget_now(settings, PAT.address)
    assert warnings == []
    assert [_bytes_of(file, PAT) for file in files] == [set(), set()]
    assert _bytes_of(files[0], SAM)


def _bytes_of(file: Path | None, human: Human) -> set[str]:
    assert file
    there = [each for each in file.parent.iterdir() if each.name.startswith(file.name)]
    content = b"".join(each.read_bytes() for each in there).lower()
    return {each for each in (*human.all, human.last) if each.lower().encode() in content}


@pytest.fixture
def command(settings: Settings, tmp_path: Path) -> Callable[..., Ended]:
    """`python -m bot` on that database."""
    url = settings.database_url.get_secret_value()
    return partial(Shell(tmp_path), HELPDESK_DATABASE_URL=url, HELPDESK_SECRET_KEY=SECRET)


async def test_on_the_command_line(command: Callable[..., Ended], store: Store) -> None:
    shown = await asyncio.to_thread(command, "export", PAT.address)
    assert (shown.status, shown.errors) == (0, [])
    assert json.loads(shown.out)["ids"] == [PAT.id]
    done = await asyncio.to_thread(command, "forget", PAT.address)
    assert (done.status, done.errors) == (0, [])
    assert len(done.out.splitlines()) == 3
    assert not _is_in(done.out, PAT)
    assert await held(store, PAT) == {}
    verified = await asyncio.to_thread(command, "audit", "verify")
    assert (verified.status, verified.errors) == (0, [])


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("forget",), 2, "address"),
        (("export", "pat"), 1, "is not an email address"),
        (("forget", SAM.address), 1, "is an agent of the desk"),
    ],
)
async def test_what_cannot_be_done_is_said(
    command: Callable[..., Ended], store: Store, words: tuple[str, ...], status: int, said: str
) -> None:
    await store.write(lambda session: session.add(Agent(email=SAM.address, role="agent", added_by="x", added_at=AT)))
    ended = await asyncio.to_thread(command, *words)
    assert (ended.status, ended.out) == (status, "")
    assert said in " ".join(ended.errors)
    assert await held(store, SAM) != {}


def test_without_the_key_there_is_no_pseudonym_and_nothing_is_done(tmp_path: Path) -> None:
    ended = Shell(tmp_path)("forget", PAT.address)
    assert ended.status == 1
    assert ended.errors[0].startswith("helpdesk: HELPDESK_SECRET_KEY is missing")


async def test_killed_at_any_moment_it_is_done_by_the_next_one(
    settings: Settings, store: Store, tmp_path: Path, command: Callable[..., Ended]
) -> None:
    url = settings.database_url.get_secret_value()
    others = await held(store, SAM)
    environment = Shell(tmp_path).environment(HELPDESK_DATABASE_URL=url, HELPDESK_SECRET_KEY=SECRET)
    for seconds in (0.6, 0.9, 1.2, 1.5, 1.8, 2.1):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "forget", PAT.address),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        # All of it, or nothing.
        left = await held(store, PAT)
        assert left == {} or set(left) >= {"people", "email_events", "audit"}
    assert (await asyncio.to_thread(command, "forget", PAT.address)).status == 0
    assert await held(store, PAT) == {}
    assert await held(store, SAM) == others


async def test_where_the_desks_database_fails_the_person_is_still_found_the_next_time(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their jobs went first, and all that leads to them is in the other database."""

    def fail(*_: object) -> None:
        raise StoreUnavailable

    before = await held(store, PAT)
    with monkeypatch.context() as patch:
        patch.setattr("bot.cli.forget.forget", fail)
        with pytest.raises(StoreUnavailable):
            await forget_now(settings, PAT.address)
    assert await held(store, PAT) == before
    await forget_now(settings, PAT.address)
    assert await held(store, PAT) == {}


async def test_a_name_within_a_longer_word_is_somebody_elses(settings: Settings, store: Store) -> None:
    """And so is an address that ends, or begins, like theirs."""
    near = f"x{PAT.address} {PAT.address}.au {PAT.last}son +1{PAT.phone[1:]}9"
    await store.write(
        lambda session: session.add(CompletedAct(event_id="near", name="n", result={"said": near}, at=AT))
    )
    await forget_now(settings, PAT.address)
    kept = await store.read(lambda session: session.get_one(CompletedAct, ("near", "n")).result)
    assert kept == {"said": near}


async def test_a_devices_owner_of_the_same_name_keeps_theirs(settings: Settings, store: Store) -> None:
    """A second Pat, of the same customer."""
    other = Human(3, PAT.first, PAT.last)
    other.address, other.alias = "pat.two@acme.example", "two@acme.example"
    await store.write(put, other)
    await forget_now(settings, PAT.address)
    left = await held(store, other)
    assert {"people", "name_keys", "near_words", "devices", "numbers", "consent_administrators"} <= set(left)


async def test_an_address_that_others_have_too_is_not_theirs_alone(settings: Settings, store: Store) -> None:
    def share(session: Session) -> None:
        for human in (PAT, SAM):
            session.add(PersonEmail(person_id=human.id, address="team@acme.example", domain="acme.example"))
        session.add(EmailEvent(id="team", address="team@acme.example", sent_at=AT, status="delivered"))

    await store.write(share)
    others = await held(store, SAM)
    with pytest.raises(SharedAddress):
        await forget_now(settings, "team@acme.example")
    await forget_now(settings, PAT.alias)
    assert await held(store, PAT) == {}
    assert await held(store, SAM) == others
    assert await store.read(lambda session: session.get(EmailEvent, "team"))


async def test_the_search_finds_them_no_longer_and_others_still(settings: Settings, store: Store) -> None:
    await forget_now(settings, PAT.address)
    directory = Directory(store)
    for text in (PAT.name, PAT.last, PAT.address, PAT.alias, PAT.phone):
        assert (await directory.find(text)).hits == []
    assert [hit.id for hit in (await directory.find(SAM.name)).hits] == [SAM.id]
