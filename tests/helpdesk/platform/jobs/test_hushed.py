"""DBOS may say that something is wrong and where, once a minute; never what, which may be personal data."""

import logging

import pytest

from helpdesk.platform.jobs import hushed
from tests.chat import PAT


def _record(line: int) -> logging.LogRecord:
    return logging.LogRecord("dbos", logging.WARNING, "/x/_sys_db.py", line, "no row for %s", (PAT,), None, "wrapper")


def test_the_place_is_told_instead_of_the_text() -> None:
    record = _record(620)
    assert hushed.Hushed().filter(record)
    assert record.getMessage() == "DBOS, which runs the jobs, reports trouble at _sys_db.wrapper:620"


def test_each_place_is_told_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    hush = hushed.Hushed()
    assert [hush.filter(_record(line)) for line in (1, 1, 2, 1)] == [True, False, True, False]
    monkeypatch.setattr(hushed, "REPEAT_SECONDS", 0)
    assert hush.filter(_record(1))
