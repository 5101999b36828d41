"""Jobs are kept beside the desk's data, under an address that DBOS's own drivers understand."""

import pytest

from helpdesk.platform.jobs.database import jobs_database


@pytest.mark.parametrize(
    ("desk", "jobs"),
    [
        ("sqlite+aiosqlite:///helpdesk.db", "sqlite:///helpdesk-jobs.db"),
        ("sqlite+aiosqlite:////var/lib/desk/data", "sqlite:////var/lib/desk/data-jobs"),
        ("postgresql+asyncpg://me:p%40ss@db:5433/desk", "postgresql+psycopg://me:p%40ss@db:5433/desk"),
        ("postgresql+asyncpg://me@/desk?host=/run/pg", "postgresql+psycopg://me@/desk?host=%2Frun%2Fpg"),
        ("postgresql+asyncpg://db/desk?ssl=require", "postgresql+psycopg://db/desk?sslmode=require"),
        ("postgresql+asyncpg://db/desk?prepared_statement_cache_size=0", "postgresql+psycopg://db/desk"),
    ],
)
def test_the_address_follows_from_the_desks(desk: str, jobs: str) -> None:
    assert jobs_database(desk) == jobs
