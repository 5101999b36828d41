"""`helpdesk audit` as an operator meets it: a file on standard output, a verdict as exit status."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.bot.test_cli import ACME, Shell

ACME_ID = "0b6e3a3c-3b1f-4d9e-9c1b-6d2f4a7e8c90"
ALWAYS = ("--since", "2000-01-01")


@pytest.fixture
def helpdesk(tmp_path: Path) -> Shell:
    """With a customer, and a row in the audit for each time that it was exported."""
    shell = Shell(tmp_path)
    shell("import", shell.write("acme.json", ACME))
    return shell


def test_that_it_was_exported_is_in_the_file_itself(helpdesk: Shell) -> None:
    ended = helpdesk("audit", "export", *ALWAYS)
    (row,) = csv.DictReader(io.StringIO(ended.out))
    assert (ended.status, row["actor"], row["action"]) == (0, "the command line", "audit.export")


def test_a_customer_gets_what_was_done_in_their_organization_alone(helpdesk: Shell) -> None:
    helpdesk("audit", "export", *ALWAYS)
    for words in (("--customer", "acme"), ("--customer", ACME_ID)):
        told = helpdesk("audit", "export", *ALWAYS, *words, "--format", "jsonl").out.splitlines()
        assert {json.loads(line)["organization_id"] for line in told} == {ACME_ID}
    assert len(helpdesk("audit", "export", *ALWAYS, "--format", "jsonl").out.splitlines()) == 4


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "--since"),
        (("--since", "yesterday"), 2, "--since"),
        ((*ALWAYS, "--format", "xml"), 2, "--format must be one of: csv, jsonl"),
        ((*ALWAYS, "--customer", "nobody"), 1, "No customer is called “nobody”."),
    ],
)
def test_what_cannot_be_exported_is_refused(helpdesk: Shell, words: tuple[str, ...], status: int, said: str) -> None:
    ended = helpdesk("audit", "export", *words)
    assert (ended.status, ended.out) == (status, "")
    assert said in "\n".join(ended.errors)


def test_an_unbroken_audit_is_told_with_its_head_which_the_next_time_takes(helpdesk: Shell) -> None:
    helpdesk("audit", "export", *ALWAYS)
    first = helpdesk("audit", "verify")
    assert first.status == 0
    rows, head = first.out.splitlines()
    assert rows == "rows 1 to 1: 1 in all, unbroken"
    kept = re.fullmatch(r"head (1/1:[0-9a-f]{64})", head)
    assert kept
    helpdesk("audit", "export", *ALWAYS)
    assert helpdesk("audit", "verify", "--kept", kept[1]).status == 0
    other = helpdesk("audit", "verify", "--kept", "1/1:" + "0" * 64)
    assert (other.status, other.out) == (1, "")
    assert "broken at row 1: not the row whose hash was kept" in other.errors[0]


def test_a_broken_audit_is_status_1_and_names_the_row(helpdesk: Shell) -> None:
    for _ in range(3):
        helpdesk("audit", "export", *ALWAYS)
    helpdesk.sql("DROP TRIGGER audit_stays_as_it_is")
    helpdesk.sql("UPDATE audit SET actor = 'somebody else' WHERE id = 2")
    ended = helpdesk("audit", "verify")
    assert (ended.status, ended.out) == (1, "")
    assert ended.errors == ["helpdesk: the audit is broken at row 2: altered"]


@pytest.mark.parametrize("words", [("--kept", "7"), ("--kept", "7/1:abc")])
def test_a_kept_head_of_another_form_is_a_usage_error(helpdesk: Shell, words: tuple[str, ...]) -> None:
    assert helpdesk("audit", "verify", *words).status == 2


def test_what_could_not_be_checked_is_neither_broken_nor_unbroken(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write("helpdesk.db", b"no database, but longer than the header of one would be " * 9)
    assert shell("audit", "verify").status == 2
