"""Who asked for a job, and where: its word goes there, as far as they may still see it when it comes."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import structlog

from bot.buttons import Place
from bot.jobs.services import Services
from cards.elements import Card
from helpdesk import Helpdesk
from helpdesk.access import Permission
from helpdesk.language import Language, language
from helpdesk.seen import seen_by

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reader:
    """`desk` is as they may see it now."""

    desk: Helpdesk
    say: Language


async def reader(
    services: Services, asked: Mapping[str, Any], permission: Permission, stack: AsyncExitStack
) -> Reader | None:
    """Who asked, as they are now; None where they may no longer be told."""
    sender, chosen = await services.desk.access.recognise(asked["person_id"], asked["email"])
    if not sender.may(permission):
        log.info("a job's word is for nobody any more")
        return None
    desk = await stack.enter_async_context(seen_by(sender, services.desk, asked["event_id"], "job"))
    return Reader(desk, language(chosen))


async def tell(services: Services, card: Card, asked: Mapping[str, Any]) -> None:
    """Post the job's last word in the thread where it was asked for. Raises WebexError."""
    if place := await place_now(services, asked):
        await services.announcer.say(card, place, f"told:{asked['event_id']}")


async def place_now(services: Services, asked: Mapping[str, Any]) -> Place | None:
    """Where it was asked for, while everyone there may see it; else 1:1. None where neither can be."""
    place = Place(asked["space_id"], asked["thread_id"], asked["is_direct"])
    if place.is_direct:
        return place
    access = services.desk.access
    sender, _ = await access.recognise(asked["person_id"], asked["email"])
    if await access.may_all_see(place.space_id, sender):
        return place
    return await services.announcer.conversation_with(asked["email"])
