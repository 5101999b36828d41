"""`helpdesk doctor`: looks at everything the desk depends on, a line each, and says what to fix.

It changes nothing, and shows no secret, whatever a server sends back. A new dependency is a new row in CHECKS.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Sequence

from bot.cli.doctor import customers, database, edge, mail, mail_provider, partner, spaces, transports, webex
from bot.cli.doctor.clock import clock
from bot.cli.doctor.environment import of_environment
from bot.cli.doctor.finding import Check, CheckFailed, CheckState, Finding, Setup, ok, skipped
from bot.cli.doctor.proxy import proxy
from bot.cli.doctor.redaction import Redaction
from bot.settings import Settings, SettingsError, dot_env
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import open_session

REQUIRED = ("WEBEX_ACCESS_TOKEN", "HELPDESK_SECRET_KEY")
LIMIT_SECONDS = 10

_TOKEN = ("WEBEX_ACCESS_TOKEN", "HELPDESK_WEBEX_URL")
_PARTNER = ("HELPDESK_PARTNER_ORGS", "HELPDESK_PARTNER_DOMAINS")
_DATABASE = ("HELPDESK_DATABASE_URL",)
CHECKS = (
    Check("proxy", proxy, ("HTTPS_PROXY", "HTTP_PROXY", "HELPDESK_WEBEX_URL", "HELPDESK_WEBEX_CATALOG_URL")),
    Check("token", webex.token, _TOKEN),
    Check("clock", clock, ("HELPDESK_WEBEX_URL",)),
    Check("websocket", transports.websocket, (*_TOKEN, "HELPDESK_TRANSPORT", "HELPDESK_WEBEX_CATALOG_URL")),
    Check("webhook", transports.webhook, (*_TOKEN, "HELPDESK_TRANSPORT", "HELPDESK_PUBLIC_URL")),
    Check("public address", transports.public_address, ("HELPDESK_PUBLIC_URL",)),
    Check("ports", edge.ports, edge.VARIABLES),
    Check("database", database.database, _DATABASE),
    Check("database clock", database.database_clock, _DATABASE),
    Check("disk", database.disk, _DATABASE),
    Check("mail", mail.mail, ("HELPDESK_SMTP_URL", "HELPDESK_MAIL_FROM")),
    Check("mail provider", mail_provider.provider, mail_provider.VARIABLES),
    Check("customers", customers.customers, ("HELPDESK_WEBEX_URL", *customers.VARIABLES)),
    Check("partner", partner.partner, (*_TOKEN, "HELPDESK_PARTNER_ADMINS", *_PARTNER)),
    Check("desk spaces", spaces.desk_spaces, (*_TOKEN, "HELPDESK_DESK_SPACES", *_PARTNER)),
    Check("who may use it", database.agents, (*_DATABASE, "HELPDESK_PARTNER_ADMINS", "HELPDESK_DESK_SPACES")),
)


async def examine(say: Callable[[str], None], checks: Sequence[Check] = CHECKS) -> bool:
    """Says a line for each check, in order; whether none failed."""
    settings, problems = readable_settings()
    redact = Redaction(settings)
    findings = [Finding(CheckState.FAILED, problem) for problem in problems] or [ok("all can be read")]
    findings += of_environment()
    for finding in findings:
        say(line_of("settings", finding, redact))
    wrong = {problem.split()[0] for problem in problems}
    session, store = open_session(settings.proxies), Store(settings.database_url.get_secret_value())
    try:
        setup = Setup(settings, session, store)
        looking = [asyncio.create_task(finding_of(check, setup, wrong)) for check in checks]
        for check, found in zip(checks, looking, strict=True):
            findings.append(await found)
            say(line_of(check.name, findings[-1], redact))
    finally:
        await session.close()
        await store.close()
    return all(finding.state is not CheckState.FAILED for finding in findings)


def readable_settings() -> tuple[Settings, list[str]]:
    """What can be read of the settings, and a line for each variable that is wrong."""
    try:
        dot_env.load()
    except dot_env.BadEnvFile as error:
        settings, problems = readable_settings_of_environment()
        return settings, [*error.problems, *problems]
    return readable_settings_of_environment()


def readable_settings_of_environment() -> tuple[Settings, list[str]]:
    try:
        return Settings.load(required=REQUIRED), []
    except SettingsError as error:
        # Out of this process' environment with what is wrong, so that all else can still be looked at.
        for problem in error.problems:
            name = problem.split()[0]
            for spelling in (name, name.lower()):  # HTTPS_PROXY and the like are written in both
                os.environ.pop(spelling, None)
        return Settings(), error.problems


async def finding_of(check: Check, setup: Setup, wrong: Collection[str]) -> Finding:
    if waiting_for := [name for name in check.needs if name in wrong]:
        return skipped(f"until {' and '.join(waiting_for)} is right")
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            return await check.look(setup)
    except CheckFailed as problem:
        return Finding(CheckState.FAILED, problem.text, problem.advice)
    except HelpdeskError as error:
        return Finding(CheckState.FAILED, ENGLISH(error.text), ENGLISH(error.advice) if error.advice else "")
    except TimeoutError:
        return Finding(CheckState.FAILED, f"No answer within {LIMIT_SECONDS} s.", "Is a firewall or proxy in between?")
    except Exception as error:  # a defect in one check must not hide what the others find
        return Finding(CheckState.FAILED, f"This check broke: {type(error).__name__}.", "Please report it.")


def line_of(name: str, finding: Finding, redact: Redaction) -> str:
    return f"{finding.state:<8} {name:<15} {redact(f'{finding.text} {finding.advice}')}"
