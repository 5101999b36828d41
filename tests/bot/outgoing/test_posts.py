"""Nothing of ours reaches a space but through the outbox, which asks who may read it there right before each try."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.outgoing.outbox import Outbox
from bot.webex.messages import Webex

ROOT = Path(__file__).parents[3]
FOLDERS = ("bot", "commands", "cards", "helpdesk")
# What calls Webex's path of messages: the calls themselves, a code to its own user, 1:1, and the rehearsal, which
# writes to the operator who runs it, 1:1, and says nothing of anybody.
MAY_WRITE = {"bot/webex/messages.py", "helpdesk/proof/verification/carriers.py"}
MAY_WRITE |= {"bot/cli/rehearse/chat.py", "bot/cli/rehearse/scene.py"}
WRITING = ("post", "post_file", "edit")


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def test_messages_are_written_in_these_files_alone() -> None:
    found = {
        name
        for name, tree in sources()
        for called, call in calls(tree)
        if called in ("post", "put", "post_form")
        and call.args
        and any(
            isinstance(node, ast.Constant) and str(node.value).startswith("/messages")
            for node in ast.walk(call.args[0])
        )
    }
    assert found == MAY_WRITE


def test_the_outbox_alone_posts_and_edits() -> None:
    found = {
        name
        for name, tree in sources()
        for called, call in calls(tree)
        if called in WRITING and "webex" in ast.unparse(call.func).split(".")[-2].lower()
    }
    assert found == {"bot/outgoing/outbox.py", "helpdesk/proof/verification/carriers.py"}


@pytest.mark.parametrize("name", WRITING)
def test_who_posts_or_edits_says_what_is_asked_before(name: str) -> None:
    assert inspect.signature(getattr(Webex, name)).parameters["ready"].default is inspect.Parameter.empty


def test_in_the_outbox_whatever_is_posted_or_edited_is_held_to_its_route() -> None:
    tree = ast.parse(inspect.getsource(Outbox))
    written = [call for called, call in calls(tree) if called in WRITING and "_webex" in ast.unparse(call.func)]
    assert len(written) == 3
    for call in written:
        assert ast.unparse(call.args[-1]) in ("ready", "partial(self._privacy.hold_to, route, place)")
