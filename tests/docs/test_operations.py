"""docs/operations.md lists the log events and metrics of the code: all of them, at their levels, and no others."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from bot.http import mail_hooks
from helpdesk.audit.heads import EVENT
from helpdesk.platform.store import private
from tests.structure import LOG_METHODS, sources

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| ((?:(?:info|warning|error)(?:, )?)+) \|", re.MULTILINE)


def logged() -> dict[str, set[str]]:
    """Event -> its levels. Those that a variable holds are named by who calls with them."""
    found = defaultdict[str, set[str]](set)
    for path, tree in sources().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=logger, attr=level), args=[first, *_]) if level in LOG_METHODS:
                    name = ast.unparse(logger)
                    is_ours = name == "log" or name.startswith("structlog.get_logger(")
                    if is_ours and isinstance(first, ast.Constant) and not path.startswith("playground"):
                        found[str(first.value)].add(level)
    return found


def passed(module: object, function: str) -> set[str]:
    """The texts that `function` of a module is called with first."""
    text = Path(str(getattr(module, "__file__", ""))).read_text()
    return set(re.findall(rf'{function}\("(\w+)"', text))


def test_every_log_event_is_listed_at_its_levels_and_no_other_is() -> None:
    code = {event: sorted(levels) for event, levels in logged().items()}
    code |= {EVENT: ["info"]}
    code |= {each: ["warning"] for each in passed(mail_hooks, "self._warn") | passed(private, "_tell")}
    listed = {event: sorted(levels.split(", ")) for event, levels in ROW.findall(PAGE)}
    assert listed == code


def test_every_metric_is_listed_and_no_other_is() -> None:
    text = (ROOT / "helpdesk" / "platform" / "metrics.py").read_text()
    kinds = re.findall(r'(Counter|Histogram|Gauge)\(\s*"(helpdesk_\w+)"', text)
    names = {name + ("_total" if kind == "Counter" else "") for kind, name in kinds}
    assert set(re.findall(r"^\| `(helpdesk_\w+)` \|", PAGE, re.MULTILINE)) == names


def test_its_links_lead_somewhere() -> None:
    assert [each for each in re.findall(r"\]\((\w+\.md)\)", PAGE) if not (ROOT / "docs" / each).exists()] == []
