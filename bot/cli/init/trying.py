"""Answers tried before they are written: their form, and then the real thing, by the doctor's own checks."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.cli.doctor import finding_of, line_of, readable_settings_of_environment
from bot.cli.doctor.finding import Check, CheckState, Setup
from bot.cli.doctor.redaction import Redaction
from bot.settings import Settings, SettingsError
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import open_session


@dataclass(frozen=True, slots=True)
class Tried:
    lines: tuple[str, ...]
    has_failed: bool


def form_problems(given: Mapping[str, str], names: Collection[str]) -> list[str]:
    """A line for each variable of `names` that these answers leave wrong or missing."""
    with _as_if(given):
        try:
            Settings.load()
        except SettingsError as error:
            return [problem for problem in error.problems if problem.split()[0] in names]
    return []


async def try_out(given: Mapping[str, str], checks: Sequence[Check]) -> Tried:
    """What the checks say with these answers; whatever else is wrong is left to the doctor."""
    with _as_if(given):
        settings, problems = readable_settings_of_environment()
    wrong = {problem.split()[0] for problem in problems}
    redact = Redaction(settings)
    session, store = open_session(settings.proxies), Store(settings.database_url.get_secret_value())
    lines, has_failed = [], False
    try:
        for check in checks:
            finding = await finding_of(check, Setup(settings, session, store), wrong)
            if finding.state is not CheckState.SKIPPED:
                lines.append(line_of(check.name, finding, redact))
            has_failed |= finding.state is CheckState.FAILED
    finally:
        await session.close()
        await store.close()
    return Tried(tuple(lines), has_failed)


@contextmanager
def _as_if(given: Mapping[str, str]) -> Iterator[None]:
    """The environment with these answers, and as it was again."""
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
