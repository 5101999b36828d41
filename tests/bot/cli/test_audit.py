"""`helpdesk audit` as an operator meets it: a file on standard output, a verdict as exit status."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.bot.cli.test_main import ACME, SECRET, Shell

pytestmark = pytest.mark.long

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
    rows, unknown, head = first.out.splitlines()
    assert rows == "rows 1 to 1: 1 in all, unbroken"
    assert unknown.startswith("no head from before to compare with")
    kept = re.fullmatch(r"head (1/2:[0-9a-f]{64})", head)
    assert kept
    helpdesk("audit", "export", *ALWAYS)
    again = helpdesk("audit", "verify", "--kept", kept[1])
    assert (again.status, "agrees with 1 heads, the last of row 1 (--kept)" in again.out) == (0, True)
    other = helpdesk("audit", "verify", "--kept", "1/2:" + "0" * 64)
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


def test_a_head_goes_to_a_file_and_tells_of_a_tail_cut_off_with_all_that_remembers_it(helpdesk: Shell) -> None:
    for _ in range(2):
        helpdesk("audit", "export", *ALWAYS)
    before = (helpdesk.folder / "helpdesk.db").read_bytes()
    helpdesk("audit", "export", *ALWAYS)
    assert helpdesk("audit", "head", "--file", "heads").status == 0
    assert json.loads(helpdesk("audit", "head").out)["id"] == 3
    agreed = helpdesk("audit", "verify", "--head", "heads")
    assert (agreed.status, "agrees with 2 heads, the last of row 3" in agreed.out) == (0, True)
    # An older copy of the whole database, put back.
    for each in helpdesk.folder.glob("helpdesk.db*"):
        each.unlink()
    helpdesk.write("helpdesk.db", before)
    assert helpdesk("audit", "verify").status == 0
    told = helpdesk("audit", "verify", "--head", "heads")
    assert told.errors == [
        "helpdesk: the audit is broken at row 2: the rows after it are cut off (heads, line 1 has row 3)"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no head", "there is no head in it"),
        (b'{"event": "audit_head", "id": 1}', "line 1: this head is not signed with a key of this desk"),
        (None, "No such file"),
    ],
)
def test_a_file_without_a_head_of_ours_is_a_usage_error(helpdesk: Shell, content: bytes | None, said: str) -> None:
    if content is not None:
        helpdesk.write("heads", content)
    ended = helpdesk("audit", "verify", "--head", "heads")
    assert (ended.status, said in ended.errors[0]) == (2, True)


def test_after_a_rotation_the_earlier_key_is_needed_to_verify(helpdesk: Shell) -> None:
    new = "the key that takes the place of the old one"
    helpdesk("audit", "export", *ALWAYS)
    helpdesk("audit", "export", *ALWAYS, HELPDESK_SECRET_KEY=new)
    ended = helpdesk("audit", "verify", HELPDESK_SECRET_KEY=new)
    assert (ended.status, "HELPDESK_OLD_SECRET_KEYS" in ended.errors[0]) == (1, True)
    assert helpdesk("audit", "verify", HELPDESK_SECRET_KEY=new, HELPDESK_OLD_SECRET_KEYS=SECRET).status == 0


def test_without_the_key_nothing_is_verified_or_told(helpdesk: Shell) -> None:
    for status, words in ((2, ("verify",)), (1, ("head",)), (1, ("export", *ALWAYS))):
        ended = helpdesk("audit", *words, HELPDESK_SECRET_KEY="")
        assert (ended.status, "HELPDESK_SECRET_KEY is missing" in ended.errors[0]) == (status, True)
