"""The command line as an operator meets it: exit status, and one line an error, never a trace."""

import asyncio
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.cloud import Cloud
from tests.hostile import HOSTILE, dangerous

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
SECRET = "a secret of the tests, long enough"
# What adds to the audit, or reads it by its key.
KEYED = ("agents", "audit")
ACME = {"organizations": [{"id": "0b6e3a3c-3b1f-4d9e-9c1b-6d2f4a7e8c90", "displayName": "Acme"}]}


@dataclass
class Ended:
    status: int
    out: str
    errors: list[str]


@dataclass
class Shell:
    """An empty folder to run `python -m bot` in."""

    folder: Path

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "WEBEX_"))}
        return {**kept, "PYTHONPATH": str(ROOT), **variables}

    def __call__(self, *words: str, **variables: str) -> Ended:
        if words[0] in KEYED:
            variables = {"HELPDESK_SECRET_KEY": SECRET, **variables}
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr.splitlines())

    def write(self, name: str, content: bytes | object) -> str:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return name

    def sql(self, statement: str) -> None:
        with sqlite3.connect(self.folder / "helpdesk.db") as connection:
            connection.execute(statement)


@pytest.fixture
def helpdesk(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_file_is_imported_into_a_database_that_is_set_up_on_the_way(helpdesk: Shell) -> None:
    ended = helpdesk("import", helpdesk.write("acme.json", ACME))
    assert (ended.status, ended.errors) == (0, [])
    assert ended.out.startswith("imported: 1 organizations, ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[]", "is not one JSON object"),
        (b'{"people": [{}, 7]}', "people[1]"),
        (b'{"organisations": [{}]}', "organisations: is no list"),
        (b'{"items": []}', "items: is no list"),
    ],
)
def test_a_bad_file_is_refused_by_place_and_reason(helpdesk: Shell, content: bytes, said: str) -> None:
    ended = helpdesk("import", helpdesk.write("bad.json", content))
    assert (ended.status, ended.out) == (1, "")
    assert all(line.startswith("helpdesk: bad.json: ") for line in ended.errors)
    assert said in "\n".join(ended.errors)
    assert ended.errors[-1] == "helpdesk: bad.json: nothing was imported"


def test_a_file_that_cannot_be_read_is_named(helpdesk: Shell) -> None:
    assert helpdesk("import", "missing.json") == Ended(1, "", ["helpdesk: missing.json: No such file or directory"])
    assert helpdesk("import", ".").errors == ["helpdesk: .: Is a directory"]


def test_agents_are_named_listed_and_removed(helpdesk: Shell) -> None:
    assert helpdesk("agents", "add", "Ana@Partner.example").out == "ana@partner.example: agent\n"
    assert helpdesk("agents", "add", "ana@partner.example", "--role", "partner-administrator").status == 0
    (line,) = helpdesk("agents", "list").out.splitlines()
    assert line.startswith("ana@partner.example\tpartner administrator\tadded ")
    assert helpdesk("agents", "remove", " ANA@partner.example").status == 0
    (line,) = helpdesk("agents", "list").out.splitlines()
    assert line.endswith("\tREMOVED, all customers")
    assert helpdesk("agents", "add", "ana@partner.example").status == 0
    assert "REMOVED" not in helpdesk("agents", "list").out


def test_what_the_operator_does_to_agents_is_in_the_audit(helpdesk: Shell) -> None:
    helpdesk("agents", "add", "ana@partner.example")
    helpdesk("agents", "add", "ana@partner.example", "--role", "advanced")
    helpdesk("agents", "add", "ana@partner.example", "--customer", "nobody")
    helpdesk("agents", "remove", "ana@partner.example")
    helpdesk("agents", "remove", "ana@partner.example")
    table = csv.DictReader(io.StringIO(helpdesk("audit", "export", "--since", "2020-01-01").out))
    told = [row for row in table if row["subject"] == "ana@partner.example"]
    assert [(row["actor"], row["action"], row["outcome"]) for row in told] == [
        ("the command line", "agents.name", "agent, all customers; until now not named"),
        ("the command line", "agents.name", "advanced, all customers; until now agent"),
        ("the command line", "agents.remove", "removed; until now advanced"),
    ]
    assert helpdesk("audit", "verify").status == 0


def test_an_agent_is_limited_to_customers_and_the_list_shows_it(helpdesk: Shell) -> None:
    helpdesk("import", helpdesk.write("acme.json", ACME))
    acme = ("--customer", "acme", "--customer", "0b6e3a3c-3b1f-4d9e-9c1b-6d2f4a7e8c90")
    for options, shown in ((acme, "Acme"), (("--role", "advanced"), "Acme"), (("--all-customers",), "all customers")):
        assert helpdesk("agents", "add", "ana@partner.example", *options).errors == []
        assert helpdesk("agents", "list").out.rstrip("\n").split("\t")[-1] == shown


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--customer", "Ac"), 1, "No customer has the id or the name “Ac”."),
        (("--customer", "Acme", "--all-customers"), 2, "--customer and --all-customers exclude each other"),
        (("--customer", "Acme", "--role", "partner-administrator"), 1, "Name them for all customers."),
    ],
)
def test_a_limit_that_cannot_be_is_refused_in_one_line(
    helpdesk: Shell, options: tuple[str, ...], status: int, said: str
) -> None:
    helpdesk("import", helpdesk.write("acme.json", ACME))
    ended = helpdesk("agents", "add", "ana@partner.example", *options)
    assert (ended.status, ended.out, len(ended.errors)) == (status, "", 1)
    assert said in ended.errors[0]
    assert helpdesk("agents", "list").out == ""


def test_who_is_an_agent_by_being_in_a_desk_space_is_removed_too(helpdesk: Shell) -> None:
    for email, before in (("ana@partner.example", "agent"), ("bo@partner.example", "")):
        if before:
            helpdesk("agents", "add", email)
        assert "desk space" in helpdesk("agents", "remove", email, HELPDESK_DESK_SPACES="a-space").out
    assert helpdesk("agents", "list").out.count("REMOVED") == 2


def test_an_address_is_released_from_its_account(helpdesk: Shell) -> None:
    helpdesk("db", "upgrade")
    assert helpdesk("agents", "release", "ana@partner.example").errors == [
        "helpdesk: ana@partner.example is bound to no account"
    ]
    helpdesk.sql(
        "INSERT INTO agent_accounts (email, person_id, bound_at) VALUES ('ana@partner.example', 'x', '2026-01-01')"
    )
    assert helpdesk("agents", "release", " ANA@partner.example").status == 0
    assert helpdesk("agents", "release", "ana@partner.example").status == 1
    assert "agents.release" in helpdesk("audit", "export", "--since", "2020-01-01").out


def test_what_is_no_agent_is_refused_in_one_line(helpdesk: Shell) -> None:
    for words, status in (
        (("add", "ana"), 1),
        (("add", "ana@partner.example", "--role", "king"), 2),
        (("remove", "nobody@partner.example"), 1),
    ):
        ended = helpdesk("agents", *words)
        assert (ended.status, ended.out, len(ended.errors)) == (status, "", 1)
        assert ended.errors[0].startswith("helpdesk: ")


@pytest.mark.parametrize("words", [("nonsense",), ("import",), ("demo", "--port", "x")])
def test_a_slip_in_the_command_is_a_usage_error(helpdesk: Shell, words: tuple[str, ...]) -> None:
    assert helpdesk(*words).status == 2


def test_upgrading_twice_changes_nothing(helpdesk: Shell) -> None:
    first, second = helpdesk("db", "upgrade"), helpdesk("db", "upgrade")
    assert (first.status, second.status) == (0, 0)
    assert "(was: empty)" in first.out
    assert "was:" not in second.out


def test_a_database_of_another_release_is_left_alone(helpdesk: Shell) -> None:
    helpdesk("db", "upgrade")
    for version, advice in (("0000", "Run: helpdesk db upgrade"), ("9999", "Install the newer helpdesk.")):
        helpdesk.sql(f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608
        ended = helpdesk("agents", "add", "ana@partner.example")
        assert (ended.status, len(ended.errors)) == (1, 1)
        assert version in ended.errors[0]
        assert ended.errors[0].endswith(advice)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda file: file.write_text("this is no database, but longer than the header of one would be " * 9),
        lambda file: file.mkdir(),
        lambda file: file.with_name("helpdesk.db-journal").mkdir(),
    ],
    ids=["no database", "a folder", "no journal"],
)
def test_a_database_that_cannot_be_used_is_said_in_one_line(helpdesk: Shell, break_it: Callable[[Path], None]) -> None:
    file = helpdesk.folder / "helpdesk.db"
    break_it(file)
    if file.is_file():  # one that others can read is closed to them, and that is a line of its own
        file.chmod(0o600)
    ended = helpdesk("agents", "list")
    assert (ended.status, len(ended.errors)) == (1, 1)


def test_run_names_every_missing_and_malformed_variable(helpdesk: Shell) -> None:
    ended = helpdesk("run", HELPDESK_TRANSPORT="pigeon", HELPDESK_PARTNER_ADMINS="ana")
    assert ended.status == 1
    assert [line.split()[1] for line in ended.errors] == [
        "HELPDESK_PARTNER_ADMINS",
        "HELPDESK_SECRET_KEY",
        "HELPDESK_TRANSPORT",
        "WEBEX_ACCESS_TOKEN",
    ]


def test_run_says_that_webex_does_not_answer(helpdesk: Shell) -> None:
    ended = helpdesk(
        "run",
        WEBEX_ACCESS_TOKEN="the-token",
        HELPDESK_SECRET_KEY=SECRET,
        HELPDESK_WEBEX_URL="http://127.0.0.1:9/v1",
    )
    assert ended.status == 1
    assert ended.errors[-1].startswith("helpdesk: Webex does not answer.")
    assert "the-token" not in "\n".join(ended.errors)


async def test_run_with_a_refused_token_names_the_variable(helpdesk: Shell) -> None:
    cloud = Cloud()
    async with cloud.serve():
        ended = await asyncio.to_thread(
            helpdesk,
            "run",
            WEBEX_ACCESS_TOKEN="another-token",
            HELPDESK_SECRET_KEY=SECRET,
            HELPDESK_WEBEX_URL=cloud.url,
        )
    assert ended.status == 1
    (line,) = (line for line in ended.errors if line.startswith("helpdesk: "))
    assert "WEBEX_ACCESS_TOKEN" in line
    assert "another-token" not in "\n".join(ended.errors)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_running_bot_ends_well_when_it_is_told_to(helpdesk: Shell, number: signal.Signals) -> None:
    cloud = Cloud()
    bot = cloud.add_bot("Help Desk")
    async with cloud.serve():
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=helpdesk.folder,
            env=helpdesk.environment(
                WEBEX_ACCESS_TOKEN=bot.token,
                HELPDESK_SECRET_KEY=SECRET,
                HELPDESK_WEBEX_URL=cloud.url,
                HELPDESK_WEBEX_CATALOG_URL=cloud.catalog_url,
            ),
            stderr=asyncio.subprocess.PIPE,
        )
        await cloud.connected(bot, timeout=20)
        process.send_signal(number)
        _, logged = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert json.loads(logged.splitlines()[-1])["event"] == "desk_stopped"
    assert bot.token not in logged.decode()


def test_a_hostile_name_is_shown_letter_by_letter_in_every_list_and_error(helpdesk: Shell) -> None:
    """What a file or a customer is called, on standard output and in errors."""
    customer = {"id": "0b6e3a3c-3b1f-4d9e-9c1b-6d2f4a7e8c90", "displayName": HOSTILE}
    assert helpdesk("import", helpdesk.write("acme.json", {"organizations": [customer]})).status == 0
    id_of = str(customer["id"])
    hostile = HOSTILE.replace("\r\n", " ")
    ended = [
        helpdesk("agents", "add", "lee@partner.example", "--customer", id_of),
        helpdesk("agents", "add", "bo@partner.example", "--customer", hostile),
        helpdesk("agents", "add", hostile),
        helpdesk("agents", "remove", hostile),
        helpdesk("agents", "list"),
        helpdesk("import", helpdesk.write("bad.json", {"people": [{"id": HOSTILE, "emails": [HOSTILE]}, HOSTILE]})),
        helpdesk("import", helpdesk.write("odd.json", {HOSTILE: [], "licenses": [{"id": HOSTILE, "orgId": HOSTILE}]})),
        helpdesk("import", f"{hostile}.json"),
        helpdesk("audit", "export", "--since", "2026-01-01", "--customer", hostile),
        helpdesk("audit", "export", "--since", "2026-01-01"),
        helpdesk("audit", "export", "--since", "2026-01-01", "--format", "jsonl"),
        helpdesk("audit", "verify"),
        helpdesk("doctor", WEBEX_ACCESS_TOKEN="x", HELPDESK_SMTP_URL=f"smtp://{hostile}"),
        helpdesk("run", HELPDESK_DATABASE_URL=hostile, HELPDESK_DESK_SPACES=hostile),
    ]
    shown = 0
    for each in ended:
        text = "\n".join([each.out, *each.errors])
        assert dangerous(text, allowed="\n\t") == []
        shown += "Eve⟨U+202E⟩" in text
    assert shown > 3
