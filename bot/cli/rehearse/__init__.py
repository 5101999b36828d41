"""`helpdesk rehearse ADDRESS`: every part of the desk in turn, with the real settings, Webex, mail and one real person.

After each step it says what it saw, and what to do where that failed. It takes back what it made. At the end stands a
report that names nobody and holds no secret.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from bot.cli.doctor import LIMIT_SECONDS, line_of
from bot.cli.doctor.finding import CheckFailed, CheckState, Finding, Setup, ok, skipped
from bot.cli.doctor.redaction import Redaction
from bot.cli.rehearse.calls import Calls
from bot.cli.rehearse.report import report
from bot.cli.rehearse.scene import Done, Scene, Step
from bot.cli.rehearse.steps import STEPS
from bot.cli.rehearse.trouble import Trouble
from bot.settings import Settings
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexError, open_session

Say = Callable[[str], None]
# For what a person is asked to do a limit is added to how long they are waited for.
MARGIN_SECONDS = 30


async def rehearse(
    settings: Settings, email: str, wait_seconds: float, say: Say, steps: Sequence[Step] = STEPS
) -> bool:
    """Whether no step failed. `wait_seconds` is how long the person is waited for, at each step."""
    _end_on_sigterm()
    redact, calls = Redaction(settings), Calls(settings.webex_url)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(settings.proxies))
        session.trace_configs.append(calls.trace())
        store = Store(settings.database_url.get_secret_value())
        stack.push_async_callback(store.close)
        scene = Scene(Setup(settings, session, store), email, wait_seconds, say, stack, calls)
        done: list[Done] = []
        try:
            for step in steps:
                done.append(await _take(step, scene, done))
                say(line_of(step.name, done[-1].finding, redact))
        finally:
            # Also where somebody stops it in between.
            done.append(await _clean_up(scene))
            say(line_of("cleaning up", done[-1].finding, redact))
    for line in report(settings, done, calls, scene.differences):
        say(line)
    return all(each.finding.state is not CheckState.FAILED for each in done)


def _end_on_sigterm() -> None:
    """As with Ctrl-C: what was made is taken back."""
    me = asyncio.current_task()
    if me is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)


async def _take(step: Step, scene: Scene, done: Sequence[Done]) -> Done:
    works = {each.name for each in done if each.finding.state in (CheckState.OK, CheckState.WARNING)}
    if waiting_for := [name for name in step.needs if name not in works]:
        return Done(step.name, skipped(f"it needs: {', '.join(waiting_for)}"), 0, "")
    began = time.monotonic()
    finding, kind = await _finding(step, scene)
    return Done(step.name, finding, round((time.monotonic() - began) * 1000), kind)


async def _finding(step: Step, scene: Scene) -> tuple[Finding, str]:
    """What it found, and the kind of failure in a word that tells nothing of anybody."""
    limit = scene.wait_seconds + MARGIN_SECONDS if step.asks_person else LIMIT_SECONDS * 2
    try:
        async with asyncio.timeout(limit):
            return await step.act(scene), ""
    except Trouble as trouble:
        return Finding(CheckState.FAILED, trouble.text, trouble.advice), trouble.kind
    except CheckFailed as problem:
        return Finding(CheckState.FAILED, problem.text, problem.advice), "problem"
    except WebexError as error:
        return Finding(CheckState.FAILED, ENGLISH(error.text), step.advice), f"webex {error.status or 'silent'}"
    except HelpdeskError as error:
        advice = ENGLISH(error.advice) if error.advice else step.advice
        return Finding(CheckState.FAILED, ENGLISH(error.text), advice), type(error).__name__
    except TimeoutError:
        return Finding(CheckState.FAILED, f"It took more than {limit:.0f} s.", step.advice), "timeout"
    except Exception as error:  # a defect in one step must not hide what the others find
        return Finding(CheckState.FAILED, f"This step broke: {type(error).__name__}.", "Please report it."), "defect"


async def _clean_up(scene: Scene) -> Done:
    began, left = time.monotonic(), 0
    for message in scene.posted:
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                await scene.client.delete(f"/messages/{message}")
        except (WebexError, TimeoutError):
            left += 1
    took = round((time.monotonic() - began) * 1000)
    if left:
        advice = "They are in the conversation with the bot, and harmless."
        failed = Finding(
            CheckState.FAILED, f"Messages that could not be deleted: {left} of {len(scene.posted)}.", advice
        )
        return Done("cleaning up", failed, took, "messages left")
    return Done("cleaning up", ok(f"messages of ours deleted: {len(scene.posted)}"), took, "")
