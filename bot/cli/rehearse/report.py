"""What may be pasted into a bug report: versions, states, times and shapes. No word in it comes from outside."""

import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import make_url

from bot.cli.rehearse.calls import Calls
from bot.cli.rehearse.scene import Done
from bot.settings import Settings
from helpdesk.platform.store.schema import HEAD

_PACKAGES = (
    "webex-helpdesk",
    "aiohttp",
    "webex-bot",
    "webexpythonsdk",
    "websockets",
    "aiosmtplib",
    "sqlalchemy",
    "dbos",
)


def report(settings: Settings, done: Sequence[Done], calls: Calls, differences: Sequence[str]) -> Iterator[str]:
    yield ""
    yield "Report, without secrets and personal data:"
    yield f"  versions     {', '.join(f'{name} {_version(name)}' for name in _PACKAGES)}"
    yield f"  machine      Python {platform.python_version()}, {platform.system()} {platform.machine()}, schema {HEAD}"
    yield f"  settings     {', '.join(_settings(settings))}"
    for each in done:
        took = f"{each.milliseconds:>7} ms" if each.milliseconds else ""
        yield f"  {each.finding.state:<12} {each.name:<16} {took:<11} {each.kind}".rstrip()
    for call in calls.made:
        yield f"  call         {call.method:<6} {call.path} {call.outcome} {call.milliseconds} ms"
    for line in dict.fromkeys(differences):
        yield f"  differs      {line}"
    if not differences:
        yield "  differs      nothing that the desk relies on"


def _settings(settings: Settings) -> Iterator[str]:
    yield f"transport {settings.transport}"
    yield f"mail provider {settings.mail_provider}"
    yield f"database {make_url(settings.database_url.get_secret_value()).get_backend_name()}"
    yield f"proxy {'yes' if settings.proxies.secure or settings.proxies.plain else 'no'}"
    yield f"bounces {'yes' if settings.bounce_address else 'no'}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
