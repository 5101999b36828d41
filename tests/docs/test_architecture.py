"""docs/architecture.md names what is there, all of it, and the layers as they are held."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def test_what_it_names_is_there() -> None:
    named = re.findall(r"`((?:bot|commands|cards|helpdesk|playground|tests|docs)/[\w./]*)`", PAGE)
    assert len(named) > 30
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_every_room_and_loose_module_is_on_it() -> None:
    for package in ("bot", "helpdesk"):
        rooms = [
            f"`{each.relative_to(ROOT)}/`" for each in (ROOT / package).iterdir() if (each / "__init__.py").exists()
        ]
        loose = [f"`{each.name}`" for each in (ROOT / package).glob("[a-z]*.py")]
        assert [each for each in (*rooms, *loose) if each not in PAGE] == []


def test_its_layers_are_those_that_are_held() -> None:
    (held,) = (each["layers"] for each in CONTRACTS if each.get("containers") == ["helpdesk"])
    told = re.search(r"2\. in `helpdesk`: (.*?)\n\n", PAGE, re.DOTALL)
    assert told
    layers = [set(re.findall(r"`(\w+)`", each)) for each in told[1].split("→")]
    assert layers == [set(re.split(r"\s*[|:]\s*", each)) for each in held]
