"""docs/security.md claims what tests show: every row names code and tests that are there."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

from bot.http import bodies, lmtp
from bot.http.edge import connection, connections
from bot.pages import served, view
from commands import command
from helpdesk import bulk
from helpdesk.audit import walking
from helpdesk.mail import dsn
from helpdesk.mail.dsn import intake, parsing
from helpdesk.proof import consent

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
HEADS = ("attack", "number")
LEAST_ROWS = 60
# Values of the page that no other test pins: as they are, and as the page says.
BOUNDS: tuple[tuple[object, object], ...] = (
    ([phase.value for phase in connection.Phase], [10, 12, 60, 15]),
    (bodies.READ_SECONDS, 10),
    (connection.MOST_HEAD_BYTES, 32 * 1024),
    (bodies.LARGEST_FORM, 64 * 1024),
    (bodies.LARGEST_BODY, 1024 * 1024),
    (bodies.MOST_BYTES, 8 * 1024 * 1024),
    ((connections.MOST, connections.PER_ADDRESS), (256, 128)),
    ((view.BURST, view.PER_SECOND), (60, 3)),
    ((served.BURST, served.PER_SECOND), (300, 20)),
    ((dsn.LARGEST, parsing.LONGEST_HEADER, parsing.ALL_HEADERS), (96 * 1024, 8 * 1024, 64 * 1024)),
    ((parsing.MOST_PARTS, parsing.DEEPEST, parsing.MOST_LINES), (20, 5, 4000)),
    (lmtp.MOST_CONNECTIONS, 32),
    (intake.TOKEN_LIVES, timedelta(days=10)),
    (walking.CLOCKS, timedelta(minutes=10)),
    ((consent.A_DAY, consent.MOST_ASKED), (5, 10)),
    (bulk.FEW, 5),
    ((command.SHORTEST_REASON, command.LONGEST_REASON), (10, 500)),
)
_SPAN = re.compile(r"`([^`]+)`")
_FILE = re.compile(r"[\w./-]+\.(py|toml|txt)|Makefile")


def rows() -> list[list[str]]:
    """The cells of each row, without the heads of tables."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return [row for row in cells if row[0] not in HEADS]


def named(cell: str) -> Iterator[tuple[str, list[str]]]:
    """Each file of a cell, with the names behind it. A name before any file is of the file ""."""
    file, names = "", list[str]()
    for span in _SPAN.findall(cell):
        if _FILE.fullmatch(span):
            if file or names:
                yield file, names
            file, names = span, []
        else:
            names.append(span)
    if file or names:
        yield file, names


@cache
def defined(file: str) -> frozenset[str]:
    """What a file defines: functions, classes and what is assigned."""
    found = set[str]()
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
    return frozenset(found)


def wrong_names(cell: str) -> Iterator[str]:
    for file, names in named(cell):
        if not file or not (ROOT / file).is_file():
            yield f"no such file: {file or names}"
        elif names:
            known = defined(file) if file.endswith(".py") else frozenset()
            yield from (f"{file} has no {name}" for name in names if name not in known)


def faults(row: list[str]) -> Iterator[str]:
    if len(row) != 4:
        yield f"{len(row)} cells"
        return
    code, tests = list(named(row[2])), list(named(row[3]))
    if not [file for file, _ in code if not file.startswith("tests/")]:
        yield "no code"
    if not tests:
        yield "no test"
    for file, names in tests:
        if not file.startswith("tests/") or not names:
            yield f"no test of {file or names}"
        yield from (f"{name} is no test" for name in names if not name.startswith("test_"))


def test_every_row_names_code_and_a_test() -> None:
    assert len(rows()) >= LEAST_ROWS
    assert [(row[0], fault) for row in rows() for fault in faults(row)] == []


def test_every_name_is_in_its_file() -> None:
    assert sorted({wrong for row in rows() for cell in row[2:] for wrong in wrong_names(cell)}) == []


def test_a_row_that_claims_too_much_is_noticed() -> None:
    here, code = "`tests/docs/test_security.py`", "`bot/http/lmtp.py` `MOST_CONNECTIONS`"
    for row in (["a", "b", code, ""], ["a", "b", code, here], ["a", "b", "", f"{here} `test_x`"], ["a", "b", code]):
        assert list(faults(row)), row
    for cell in (f"{here} `test_nothing`", "`bot/nowhere.py`", "`MOST_CONNECTIONS`", "`Makefile` `audit`"):
        assert list(wrong_names(cell)), cell
    assert list(wrong_names(f"{code}; `Makefile`")) == []


def test_every_attacker_has_a_list_of_what_is_not_protected() -> None:
    attackers = [section for section in PAGE.split("\n## ")[1:] if "| attack |" in section]
    assert len(attackers) == 10
    assert [each.partition("\n")[0] for each in attackers if "\nNot protected:\n\n- " not in each] == []


def test_the_bounds_are_those_of_the_code() -> None:
    assert [(is_, said) for is_, said in BOUNDS if is_ != said] == []
