"""Every rule names code and tests that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [line for line in (ROOT / "docs" / "security.md").read_text().splitlines() if line.startswith("| ")]
_SPAN = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"[\w/]+\.py")


def named(line: str) -> Iterator[tuple[str, str]]:
    """(file, name) for each name behind a file in the line's cells of code and tests."""
    file = ""
    for span in _SPAN.findall(line):
        if _PATH.fullmatch(span):
            file = span
        elif file and re.fullmatch(r"\w+", span):
            yield file, span


NAMED = sorted({pair for line in ROWS for pair in named(line)})


def test_every_rule_names_a_test() -> None:
    rules = [line for line in ROWS if not line.startswith(("| rule", "| act", "| attack"))]
    assert len(rules) > 30
    assert [line for line in rules if not any(name.startswith("test_") for _, name in named(line))] == []


@pytest.mark.parametrize(
    "file", sorted({span for line in ROWS for span in _SPAN.findall(line) if _PATH.fullmatch(span)})
)
def test_every_file_is_there(file: str) -> None:
    assert (ROOT / file).is_file()


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_name_is_in_its_file(file: str, name: str) -> None:
    assert re.search(rf"^\s*(async def|def|class) {name}\b|^\s*{name}\b.*=", (ROOT / file).read_text(), re.MULTILINE)
