"""CONTRIBUTING.md and README.md name files, targets and names that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_what_it_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    files = re.findall(r"`((?:bot|commands|cards|helpdesk|tests|docs)/[\w./]+)`", text)
    assert [each for each in files if "<" not in each and not (ROOT / each).exists()] == []
    targets = re.findall(r"`make ([\w-]+)`", text)
    assert [each for each in targets if not re.search(rf"^{each}:", MAKEFILE, re.MULTILINE)] == []


def test_every_target_for_developers_is_named() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert {"check", "test", "test-all", "structure"} <= set(re.findall(r"`make ([\w-]+)`", text))


def test_the_names_in_it_are_those_of_the_code() -> None:
    assert "COMMANDS" in (ROOT / "commands" / "__init__.py").read_text()
    assert re.search(r'^HEAD = "\d{4}"', (ROOT / "helpdesk/platform/store/schema.py").read_text(), re.MULTILINE)
