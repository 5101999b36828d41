"""`helpdesk import --suppressions`, whole or not at all and twice as once; and `helpdesk --version`."""

import sqlite3
from importlib import metadata
from pathlib import Path

import pytest

from tests.bot.cli.test_main import Shell

pytestmark = pytest.mark.long


@pytest.fixture
def helpdesk(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_suppression_list_of_a_provider_is_imported(helpdesk: Shell) -> None:
    file = helpdesk.write(
        "bounces.csv", b"email,reason,created\na@acme.example,550 5.1.1 gone,1700000000\nnobody,550 x,1\n"
    )
    for _ in range(2):
        ended = helpdesk("import", "--suppressions", file)
        assert (ended.status, ended.out) == (0, "imported: 1 suppressions\n")
        assert ended.errors[0] == "helpdesk: left out: line 3: nobody 550 x 1"
    with sqlite3.connect(helpdesk.folder / "helpdesk.db") as connection:
        found = connection.execute("SELECT address, reason, detail FROM suppressions").fetchall()
    assert found == [("a@acme.example", "bounce", "550 5.1.1 gone")]
    refused = helpdesk("import", "--suppressions", helpdesk.write("x.csv", b"email\na@acme.example\n"))
    assert (refused.status, refused.errors[-1]) == (1, "helpdesk: x.csv: nothing was imported")
    assert "--reason bounce" in refused.errors[0]
    assert helpdesk("import", "--suppressions", file, "--reason", "spite").status == 2
    assert helpdesk("import", file, "--reason", "bounce").status == 2


def test_it_says_which_release_it_is(helpdesk: Shell) -> None:
    ended = helpdesk("--version")
    assert (ended.status, ended.out) == (0, f"helpdesk {metadata.version('webex-helpdesk')}\n")
