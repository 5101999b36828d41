"""What is logged says where it went wrong, and nothing about whom: no address, name, code or token."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from tests.chat import PAT, SAM, Chat, another_code, open_chat
from tests.databases import Sqlite
from tests.logged import everything_logged

PRIVATE = "pat.lindqvist@acme.example said 123456"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    with everything_logged() as written:
        logging.getLogger().setLevel(logging.WARNING)  # as it is in a process
        yield written


def failing() -> None:
    try:
        raise KeyError(PRIVATE)
    except KeyError as cause:
        raise RuntimeError(PRIVATE) from cause


@pytest.mark.parametrize("logger", ["bot.test", "aiohttp.client", "asyncio"])
def test_an_exception_is_logged_by_type_and_place_without_its_text(logged: io.StringIO, logger: str) -> None:
    try:
        failing()
    except RuntimeError:
        logging.getLogger(logger).exception("it failed")
    (line,) = logged.getvalue().splitlines()
    written = json.loads(line)
    assert [each for each in written["exception"] if not each.startswith("  ")] == [
        "builtins.RuntimeError",
        "builtins.KeyError",
    ]
    assert any("test_logs.py" in each and each.endswith(" failing") for each in written["exception"])
    assert PRIVATE not in line
    assert "123456" not in line


def test_our_own_log_keeps_what_is_bound_and_drops_the_text_of_exceptions(logged: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(event_id="message:1"):
        structlog.get_logger("bot.test").error("command_failed", reference="12AB", exc_info=ValueError(PRIVATE))
    written = json.loads(logged.getvalue())
    assert (written["event_id"], written["reference"], written["level"]) == ("message:1", "12AB", "error")
    assert "acme" not in logged.getvalue()


def test_an_exception_that_leads_to_itself_is_logged_once(logged: io.StringIO) -> None:
    error = ValueError(PRIVATE)
    error.__cause__ = error
    assert logs.trace(error) == ["builtins.ValueError"]


def test_libraries_speak_only_of_what_is_wrong(logged: io.StringIO) -> None:
    for name in ("webex_bot.websockets.webex_websocket_client", "aiosqlite", "sqlalchemy.engine"):
        logging.getLogger(name).info(PRIVATE)
        logging.getLogger(name).debug(PRIVATE)
    assert logged.getvalue() == ""


async def talk(chat: Chat) -> list[str]:
    """Looks up, wrong and right codes, a refused mail, a stranger, forged buttons; gives what must stay private."""
    user = await chat.says(PAT)
    sent = await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    await chat.presses(sent, "Check", code=another_code(code))
    await chat.presses(sent, "Check", code=code)
    chat.mailbox.refuse(PAT, f"550 {PAT} is unknown")
    clear = await chat.presses(user, "Clear suppression")
    await chat.presses(clear, "Clear it")
    await chat.vouched(PAT)
    await chat.presses(clear, "Clear it")
    await chat.says(f"verify {PAT}")
    await chat.says(PAT, who=chat.kim, to=chat.lobby)
    there = await chat.says("whoami", to=chat.lobby)
    await chat.posts(there, {"action": "find.open", "token": "forged-token-of-kim"}, who=chat.kim)
    tokens = [data["token"] for data in user.buttons.values()]
    people = [word for one in (chat.ana, chat.bo, chat.kim) for word in (one.email, one.display_name, one.token)]
    return [*people, *tokens, PAT, SAM, "Lindqvist", "Okafor", "forged-token", code, another_code(code), chat.bot.token]


async def test_conversations_leave_nothing_private_in_the_log(logged: io.StringIO, sqlite: Sqlite) -> None:
    async with sqlite.fresh("demo") as url, open_chat(url) as chat:
        chat.cloud.faults.error_share = 0.05
        private = await talk(chat)
    written = logged.getvalue()
    assert '"desk_ready"' in written
    # Whole words: the six digits of a code may well stand within a time.
    assert [each for each in private if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", written, re.IGNORECASE)] == []


async def test_a_failure_within_a_command_leaves_nothing_private_in_the_log(
    logged: io.StringIO, sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError(PRIVATE)

    monkeypatch.setattr("helpdesk.mail.delivery.embedded.EmbeddedDeliveryLog.last", fail)
    async with sqlite.fresh("demo") as url, open_chat(url) as chat:
        failed = await chat.says(PAT)
    assert failed.heading == "Something went wrong on our side"
    reference = failed.text.partition("Reference: ")[2]
    lines = [line for line in logged.getvalue().splitlines() if reference in line]
    assert len(lines) == 1
    assert "builtins.RuntimeError" in lines[0]
    assert "lindqvist" not in logged.getvalue()
    assert "123456" not in logged.getvalue()
