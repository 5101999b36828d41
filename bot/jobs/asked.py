"""Who asked for a job, and where: its word is for them, as far as they may still see it when it comes."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import structlog

from bot.dispatch.buttons import Thread
from bot.jobs.services import Services
from bot.outgoing.notifier import JobRequester
from cards.elements import Card
from helpdesk.people.access import Permission
from helpdesk.platform.language import Language, language
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class JobReader:
    """`desk` is as they may see it now."""

    desk: Helpdesk
    say: Language


async def reader(
    services: Services, asked: Mapping[str, Any], permission: Permission, stack: AsyncExitStack
) -> JobReader | None:
    """Who asked, as they are now; None where they may no longer be told."""
    sender, chosen = await services.desk.access.recognise(asked["person_id"], asked["email"])
    if not sender.may(permission):
        log.info("job_result_without_reader")
        return None
    desk = await stack.enter_async_context(scoped_to(sender, services.desk, asked["event_id"], "job"))
    return JobReader(desk, language(chosen))


async def tell(services: Services, card: Card, asked: Mapping[str, Any]) -> None:
    """The job's last word, to who asked for it. Raises WebexError."""
    await services.announcer.say(card, asker(asked), f"told:{asked['event_id']}")


def asker(asked: Mapping[str, Any]) -> JobRequester:
    place = Thread(asked["space_id"], asked["thread_id"], bool(asked["is_direct"]))
    return JobRequester(asked["person_id"], asked["email"], place)
