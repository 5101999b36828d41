"""Whose calls to Webex these are, and how often they may be made."""

from typing import Protocol


class Tokens(Protocol):
    """Where a client's token comes from. Both raise HelpdeskError where there is none to be had."""

    async def token(self) -> str: ...

    async def renewed(self, refused: str) -> str | None:
        """Another one than `refused`; None where there is only that."""


class CallPace(Protocol):
    """When calls may be made, for all who share it."""

    async def turn(self) -> None: ...

    def hold(self, seconds: float) -> None:
        """Nobody's turn comes before `seconds` have passed."""


class FixedToken:
    """A token that stays as it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        return self._token

    async def renewed(self, refused: str) -> str | None:
        return None
