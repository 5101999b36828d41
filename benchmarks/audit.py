"""How long does it take to verify an audit of a million rows, and how much memory to export it?"""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import psutil
from sqlalchemy import insert
from sqlmodel import Session

from benchmarks.databases import POSTGRESQL, SQLITE
from benchmarks.loading import connected
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage
from helpdesk.audit.chain import NOTHING, link
from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append, locked_head, move_head
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import upgrade
from helpdesk.platform.store.tables.audit import AuditRow

ROWS, LOADED_AT_ONCE = 1_000_000, 10_000
BUDGET_SECONDS, BUDGET_MIB = 60, 100
LOOKED_AT_SECONDS = 0.05
SECRET = "a secret of the benchmarks, long enough"  # noqa: S105
KEYS = Keys.of(SECRET)
ADDED, AT_ONCE = 5_000, 20
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
VERIFIED = "verified"
KINDS = {
    VERIFIED: ("verify",),
    "exported as csv": ("export", "--since", "2026-01-01"),
    "exported as jsonl": ("export", "--since", "2026-01-01", "--format", "jsonl"),
}


@dataclass(frozen=True)
class Ended:
    seconds: float
    mebibytes: float


async def measure(stage: Stage) -> Table:
    rows, says = [], []
    for database in (SQLITE, POSTGRESQL):
        url = await _filled(stage, database)
        for what, words in KINDS.items():
            ended = await _run(url, *words)
            rows.append(_row(database, what, ended))
            took = f"{ended.seconds:.0f} s and at most {ended.mebibytes:.0f} MiB"
            says.append(f"{database}: {ROWS:,} rows of the audit {what} in {took} ({_judged(what, ended)}).")
        says.append(f"{database}: a row that is added takes {await _added(url):.0f} µs of the desk's processor.")
    return Table(
        "The audit",
        ("database", f"{ROWS:,} rows", "s", "rows/s", "most MiB", "budget", ""),
        rows,
        "`helpdesk audit`, a process of its own, from its start to its end. Memory: the most that it was seen to hold "
        "(RSS).",
        says,
    )


async def _filled(stage: Stage, database: str) -> str:
    url = f"sqlite+aiosqlite:///{(stage.folder / 'audit').as_posix()}.db"
    if database == POSTGRESQL:
        server = stage.databases[POSTGRESQL]
        connection = await connected(server)
        await connection.execute("CREATE DATABASE audit")
        await connection.close()
        url = server.replace("/websocket?", "/audit?")
    store = Store(url)
    await upgrade(store)
    rows = _chained()
    while some := list(islice(rows, LOADED_AT_ONCE)):
        await store.write(_load, some)
    await store.close()
    return url


async def _added(url: str) -> float:
    """Microseconds of this process for each row, AT_ONCE of them in a transaction."""
    store, rows = Store(url), islice(_chained(), ADDED)
    began = time.process_time()
    while some := [each | {"event_id": f"added:{each['id']}"} for each in islice(rows, AT_ONCE)]:
        await store.write(append, some, KEYS)
    taken = time.process_time() - began
    await store.close()
    return taken / ADDED * 1e6


def _load(session: Session, rows: list[dict[str, Any]]) -> None:
    session.connection().execute(insert(AuditRow), rows)
    head = replace(locked_head(session), last_id=rows[-1]["id"], last_hash=rows[-1]["hash"])
    move_head(session, head, KEYS.current)


def _chained() -> Iterator[dict[str, Any]]:
    before = NOTHING
    for number in range(ROWS):
        is_change = number % 10 == 0
        row: dict[str, Any] = {
            "id": number + 1,
            "at": FIRST + timedelta(seconds=number),
            "actor": f"agent-{number % 100}@partner.example",
            "action": "unsuppress" if is_change else "find",
            "subject": f"person{number % 50_000}@customer{number % 500}.example",
            "organization_id": f"a0000000-0000-4000-8000-{number % 500:012}",
            "reason": "The caller proved who they are by a code" if is_change else None,
            "outcome": "cleared: bounce" if is_change else "shown",
            "event_id": f"message:{number:032x}",
        }
        row["pseudonyms"], row["hash"] = link(row, before, KEYS.current)
        before = row["hash"]
        yield row | {"key_id": KEYS.current.id}


async def _run(url: str, *words: str) -> Ended:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "audit", *words),
        env={**os.environ, "HELPDESK_DATABASE_URL": url, "HELPDESK_SECRET_KEY": SECRET},
        stdout=asyncio.subprocess.DEVNULL,
    )
    most, ending = 0.0, asyncio.ensure_future(process.wait())
    while not ending.done():
        try:
            most = max(most, psutil.Process(process.pid).memory_info().rss / 2**20)
        except psutil.NoSuchProcess:
            break
        await asyncio.wait({ending}, timeout=LOOKED_AT_SECONDS)
    if await ending:
        raise RuntimeError(f"helpdesk audit {words[0]} ended with status {process.returncode}")
    return Ended(time.perf_counter() - began, most)


def _judged(what: str, ended: Ended) -> str:
    is_met = ended.seconds <= BUDGET_SECONDS if what == VERIFIED else ended.mebibytes <= BUDGET_MIB
    return verdict(is_met)


def _row(database: str, what: str, ended: Ended) -> tuple[str, ...]:
    return (
        *(database, what, f"{ended.seconds:.1f}", f"{ROWS / ended.seconds:,.0f}", f"{ended.mebibytes:.0f}"),
        *(f"<= {BUDGET_SECONDS} s" if what == VERIFIED else f"<= {BUDGET_MIB} MiB", _judged(what, ended)),
    )
