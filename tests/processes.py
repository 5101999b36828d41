"""The bot as its own process, to be killed."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

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
        "HELPDESK_SMTP_URL": settings.smtp_url.get_secret_value() if settings.smtp_url else "",
        "HELPDESK_MAIL_FROM": settings.mail_from or "",
    }


@dataclass
class BotProcess:
    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, settings: Settings) -> "BotProcess":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=environment(settings), stderr=asyncio.subprocess.PIPE
            )
        )

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def end(self) -> tuple[int, str]:
        """Ask it to stop, as a host does; gives its exit status and what it logged."""
        self.process.terminate()
        _, logged = await asyncio.wait_for(self.process.communicate(), 30)
        return self.process.returncode or 0, logged.decode()
