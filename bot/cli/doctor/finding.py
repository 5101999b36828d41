"""What a check is, what it looks at, and what it may find."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from bot.settings import Settings
from helpdesk.platform.store import Store


class CheckState(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` may hold words from outside: it is redacted and made one line before anyone sees it."""

    state: CheckState
    text: str
    advice: str = ""


class CheckFailed(Exception):
    """What a check raises to fail: what is wrong, and what to do about it."""

    def __init__(self, text: str, advice: str) -> None:
        super().__init__(text)
        self.text = text
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Setup:
    """What is looked at: the settings, and the ways out that the desk takes with them."""

    settings: Settings
    session: aiohttp.ClientSession
    store: Store


@dataclass(frozen=True, slots=True)
class Check:
    """`look` gives its finding or raises; it is left out while one of the variables it `needs` is wrong."""

    name: str
    look: Callable[[Setup], Awaitable[Finding]]
    needs: tuple[str, ...] = ()


def ok(text: str) -> Finding:
    return Finding(CheckState.OK, text)


def warning(text: str, advice: str) -> Finding:
    return Finding(CheckState.WARNING, text, advice)


def skipped(text: str) -> Finding:
    return Finding(CheckState.SKIPPED, text)
