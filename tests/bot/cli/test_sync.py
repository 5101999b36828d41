"""`helpdesk sync` as an operator meets it: a line for each customer, failures at the end, going on after a kill."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.settings import Settings
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Person
from helpdesk.platform.store.tables.sync import SyncedOrganization, SyncRun
from playground.cloud import Cloud
from playground.partner import ServiceApp
from tests.databases import Databases
from tests.helpdesk.sync.partner import file, org
from tests.processes import environment
from tests.sessions import rows

pytestmark = pytest.mark.long

# At the pace that is kept for Webex, these take some seconds.
CUSTOMERS = 8
SECRET = "a secret of the tests, long enough"


@dataclass
class Desk:
    cloud: Cloud
    app: ServiceApp
    store: Store
    variables: dict[str, str]

    async def sync(self) -> asyncio.subprocess.Process:
        pipe = subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "sync", env=self.variables, stdout=pipe, stderr=pipe
        )

    async def synced(self) -> tuple[int | None, list[str], list[str]]:
        process = await self.sync()
        out, errors = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, out.decode().splitlines(), errors.decode().splitlines()


@pytest.fixture
async def desk(databases: Databases, tmp_path: Path) -> AsyncIterator[Desk]:
    async with databases.fresh("empty") as url:
        cloud, store = Cloud(), Store(url)
        app = cloud.add_service_app("Help desk reader")
        cloud.partner.fill(file(CUSTOMERS, 2))
        async with cloud.serve():
            settings = Settings(webex_url=cloud.url, database_url=url, secret_key=SECRET)
            variables = environment(settings) | {
                "WEBEX_CLIENT_ID": app.client_id,
                "WEBEX_CLIENT_SECRET": app.client_secret,
                "WEBEX_REFRESH_TOKEN": app.refresh_token,
            }
            yield Desk(cloud, app, store, variables)
        await store.close()


async def people(store: Store) -> int:
    return int((await rows(store, select(func.count()).select_from(Person)))[0])


async def test_a_customer_that_fails_is_named_at_the_end_and_the_status_says_so(desk: Desk) -> None:
    keep_few(desk, 3)
    for part in ("locations", "people", "devices", "numbers"):
        desk.cloud.partner.refusals[(part, org(2))] = 403
    status, out, errors = await desk.synced()
    assert status == 1
    assert len([line for line in out if " of 3: Customer " in line]) == 3
    assert out[-1].startswith("synced: 3 customers, ")
    said = {line.partition(" of ")[0]: line for line in errors}
    assert set(said) == {
        "helpdesk: people",
        *(f"helpdesk: warning: {part}" for part in ("locations", "devices", "numbers")),
    }
    assert said["helpdesk: people"].startswith("helpdesk: people of Customer 2: Webex answered 403: the token needs")
    assert "spark-admin:devices_read" in said["helpdesk: warning: devices"]


async def test_a_scope_that_the_rest_does_without_is_a_warning_that_says_where_to_grant_it(desk: Desk) -> None:
    keep_few(desk, 3)
    desk.cloud.partner.refusals[("numbers", "")] = 403
    status, out, errors = await desk.synced()
    assert status == 0
    assert out[-1].startswith("synced: 3 customers, ")
    (error,) = errors
    assert error.startswith("helpdesk: warning: numbers of Customer 1, Customer 2, Customer 3: Webex answered 403")
    assert "spark-admin:telephony_config_read" in error
    assert "Control Hub" in error


async def test_a_token_that_may_not_list_customers_is_told_by_the_scope(desk: Desk) -> None:
    desk.cloud.partner.refusals[("organizations", "")] = 403
    status, _, errors = await desk.synced()
    assert status == 1
    assert "spark-admin:organizations_read" in errors[0]


async def test_a_sync_of_what_is_in_order_ends_well_and_tells_what_it_did(desk: Desk) -> None:
    keep_few(desk, 2)
    status, out, errors = await desk.synced()
    assert (status, errors) == (0, [])
    assert out[-1].endswith(" records written, 0 removed")


async def test_without_a_token_it_says_which_variables_to_set(desk: Desk) -> None:
    del desk.variables["WEBEX_CLIENT_ID"], desk.variables["WEBEX_CLIENT_SECRET"], desk.variables["WEBEX_REFRESH_TOKEN"]
    status, _, errors = await desk.synced()
    assert status == 2
    assert "WEBEX_REFRESH_TOKEN" in errors[0]


async def test_a_refused_token_is_told_in_one_line(desk: Desk) -> None:
    desk.app.refresh_token = "another"
    status, _, errors = await desk.synced()
    assert status == 1
    assert errors[0].startswith("helpdesk: Webex refused the token that customers are read with.")
    assert len(errors) == 1


async def test_after_a_kill_in_the_middle_the_next_one_does_only_the_rest(desk: Desk) -> None:
    process = await desk.sync()
    assert process.stdout
    for _ in range(2):
        await asyncio.wait_for(process.stdout.readline(), 30)
    process.kill()
    await process.communicate()
    done = len(await rows(desk.store, select(SyncedOrganization)))
    assert 2 <= done < CUSTOMERS
    status, out, _ = await desk.synced()
    assert status == 0
    assert len([line for line in out if f" of {CUSTOMERS}: Customer " in line]) == CUSTOMERS - done
    assert await people(desk.store) == 2 * CUSTOMERS
    (run,) = await rows(desk.store, select(SyncRun).where(col(SyncRun.finished_at).is_not(None)))
    assert run.holder is None


def keep_few(desk: Desk, count: int) -> None:
    desk.cloud.partner.fill(file(count, 2))
