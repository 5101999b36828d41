"""What does reading all customers cost: memory, time, writes the second time, and how long others wait for a write?"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from aiohttp import web
from sqlalchemy import make_url

from benchmarks.clients import NotStarted
from benchmarks.commands import percentile
from benchmarks.databases import POSTGRESQL, SQLITE
from benchmarks.partner import Partner
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage, environment

# The budget is for 1 000 000 people of 10 000 organizations, which takes half an hour on two cores.
PEOPLE, ORGANIZATIONS = 20_000, 200
BUDGET_MIB = 300
BUDGET_SHARE = 0.10
DATABASE = "synced"

Found = dict[str, Any]


async def measure(stage: Stage) -> Table:
    rows, says = [], []
    for name, url in (await _databases(stage)).items():
        partner = Partner(PEOPLE, ORGANIZATIONS)
        async with _served(partner) as webex:
            first = await _synced(webex, url)
            partner.round = 1
            second = await _synced(webex, url)
        share = second["written"] / first["written"]
        rows += [_row(name, "all", first), _row(name, "0.1 % changed", second, share)]
        peak = max(first["mebibytes"], second["mebibytes"])
        says += [
            f"{name}: {PEOPLE} people synced within {peak:.0f} MiB ({verdict(peak <= BUDGET_MIB)}); with 0.1 % "
            f"changed, {share:.1%} of the first one's writes ({verdict(share <= BUDGET_SHARE)})."
        ]
    return Table(
        f"Reading {PEOPLE} people of {ORGANIZATIONS} customers from Webex",
        (
            "database",
            "sync",
            "seconds",
            "people/s",
            "written",
            "peak MiB",
            "a write p50 ms",
            "p99 ms",
            "budget",
        ),
        rows,
        "A process of its own against admin APIs that answer at once, without the pace that is kept for Webex. All "
        "the while, a row is written as the message path does. "
        f"Budget: {BUDGET_MIB} MiB; {BUDGET_SHARE:.0%} of the writes.",
        says,
    )


async def _databases(stage: Stage) -> dict[str, str]:
    """New ones, empty."""
    url = make_url(stage.databases[POSTGRESQL])
    connection = await asyncpg.connect(
        user=url.username, host=url.query["host"], port=url.query.get("port"), database=url.database
    )
    await connection.execute(f"CREATE DATABASE {DATABASE}")
    await connection.close()
    return {
        SQLITE: f"sqlite+aiosqlite:///{(stage.folder / DATABASE).as_posix()}.db",
        POSTGRESQL: url.set(database=DATABASE).render_as_string(hide_password=False),
    }


@asynccontextmanager
async def _served(partner: Partner) -> AsyncIterator[str]:
    runner = web.AppRunner(partner.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def _synced(webex: str, database: str) -> Found:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.syncing", webex),
        env=environment() | {"HELPDESK_DATABASE_URL": database},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    if process.returncode:
        raise NotStarted(errors.decode()[-2000:])
    found: Found = json.loads(out)
    if found["failed"]:
        raise NotStarted(f"{found['failed']} customers could not be read")
    return found


def _row(name: str, what: str, found: Found, share: float = 0.0) -> tuple[str, ...]:
    is_met = found["mebibytes"] <= BUDGET_MIB and share <= BUDGET_SHARE
    return (
        *(name, what, f"{found['seconds']:.0f}", f"{PEOPLE / found['seconds']:.0f}", f"{found['written']}"),
        f"{found['mebibytes']:.0f}",
        *(f"{percentile(found['waits'], quantile) * 1000:.0f}" for quantile in (0.5, 0.99)),
        verdict(is_met),
    )
