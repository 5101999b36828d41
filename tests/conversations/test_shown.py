"""A hostile name in every stored text, and every command, button, mail and file that shows it: nothing of it is active.

The commands are those that there are, so a new one is asked here by itself.
"""

from collections.abc import Iterator
from typing import Any

from commands import COMMANDS
from tests.chat import PAT, SAM, Chat, Seen
from tests.hostile import HOSTILE, dangerous, plant

LOOKED_UP = (PAT, SAM, "Eve", "find Eve", "acme.example", "acme.webex.com", f"eve in {HOSTILE}", HOSTILE)
# Ends what others here need, or is about the desk itself.
_NOT_PRESSED = {"agents.remove"}


def read_on(seen: Seen) -> Iterator[str]:
    """All that is read: the card but for what its buttons carry, and the text beside it."""
    yield seen.fallback
    yield from _texts(seen.message.card)


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, list):
        yield from (text for each in content for text in _texts(each))
    elif isinstance(content, dict):
        yield from (text for name, value in content.items() if name != "data" for text in _texts(value))
    elif isinstance(content, str):
        yield content


def assert_safe(seen: Seen, asked: str) -> None:
    for text in read_on(seen):
        assert dangerous(text) == [], (asked, text)
    for file in seen.message.files:
        assert dangerous(file.content.decode("utf-8-sig"), allowed="\r\n") == [], asked


async def test_whatever_is_asked_and_pressed_shows_a_hostile_name_letter_by_letter(chat: Chat) -> None:
    assert await plant(chat.store) > 25
    said = 0
    for text in _lines():
        seen = await chat.says(text, to=chat.direct(chat.ana))
        assert_safe(seen, text)
        said += "Eve⟨U+202E⟩" in "".join(read_on(seen))
        for title, data in list(seen.buttons.items())[:4]:
            if data["action"] not in _NOT_PRESSED:
                pressed = await chat.presses(seen, title, **_inputs(seen))
                assert_safe(pressed, f"{text}, then {title}")
    assert said > 10
    for mail in chat.mailbox.mails:
        for part in (mail.subject, mail.text, mail.html):
            assert dangerous(part, allowed="\r\n") == [], mail.subject


def _lines() -> Iterator[str]:
    yield from LOOKED_UP
    for command in COMMANDS:
        yield command.keyword
        yield from (f"{command.keyword} {argument}" for argument in (PAT, HOSTILE))
    yield f"bulk {PAT} {SAM}\n{HOSTILE}"


def _inputs(seen: Seen) -> dict[str, str]:
    given = {"reason": HOSTILE, "address": PAT, "query": HOSTILE, "code": "123456"}
    return {name: given.get(name) or str(field.get("value", "x")) for name, field in seen.fields.items()}
