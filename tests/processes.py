"""The bot as its own process, to be killed."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings import Settings
from playground.bell import Bell

ROOT = Path(__file__).parents[1]


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give a process these settings."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "WEBEX_"))},
        "PYTHONPATH": str(ROOT),
        "WEBEX_ACCESS_TOKEN": settings.webex_access_token.get_secret_value(),
        "HELPDESK_WEBEX_URL": settings.webex_url,
        "HELPDESK_WEBEX_CATALOG_URL": settings.webex_catalog_url,
        "HELPDESK_TRANSPORT": settings.transport,
        "HELPDESK_PUBLIC_URL": settings.public_url or "",
        "PORT": str(settings.port),
        "HELPDESK_SECRET_KEY": settings.secret_key.get_secret_value(),
        "HELPDESK_DATABASE_URL": settings.database_url.get_secret_value(),
        "HELPDESK_PARTNER_ADMINS": ",".join(settings.partner_admins),
        "HELPDESK_DESK_SPACES": ",".join(settings.desk_spaces),
        "HELPDESK_SMTP_URL": settings.smtp_url.get_secret_value() if settings.smtp_url else "",
        "HELPDESK_MAIL_FROM": settings.mail_from or "",
        "HELPDESK_BOUNCE_ADDRESS": settings.bounce_address or "",
        "HELPDESK_DSN_TOKEN": settings.dsn_token.get_secret_value() if settings.dsn_token else "",
    }


@dataclass
class BotProcess:
    """A running `python -m bot run`; `lines` is what it has logged so far."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _bell: Bell = field(default_factory=Bell)

    def __post_init__(self) -> None:
        # Read as it comes: a full pipe would stop the bot.
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, settings: Settings) -> "BotProcess":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                env=environment(settings),
                stderr=asyncio.subprocess.PIPE,
                limit=1 << 20,
            )
        )

    async def says(self, event: str, seconds: float = 60) -> dict[str, Any]:
        """The first thing it logs under this name. Raises TimeoutError."""

        def look() -> dict[str, Any] | None:
            logged = (json.loads(line) for line in self.lines if line.startswith("{"))
            return next((each for each in logged if each["event"] == event), None)

        return await self._bell.until(look, seconds)

    @property
    def is_alive(self) -> bool:
        return self.process.returncode is None

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()
        await self._reading

    async def end(self) -> tuple[int, str]:
        """Ask it to stop, as a host does; gives its exit status and what it logged."""
        self.process.terminate()
        status = await asyncio.wait_for(self.process.wait(), 30)
        await self._reading
        return status, "\n".join(self.lines)

    async def _read(self) -> None:
        stream = self.process.stderr
        assert stream
        while line := await stream.readline():
            self.lines.append(line.decode().rstrip())
            self._bell.ring()
