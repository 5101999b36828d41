"""A mail just sent is watched until somebody says what became of it, and that is said in the thread, once."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from bot.jobs.asked import reader, tell
from bot.jobs.services import Services
from cards import resend as card
from commands.resend import WATCH, WATCHED_FOR
from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.probe import FINAL, fate
from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.people.access import Permission
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.services import Helpdesk

# Reports come back within a second or within minutes: seconds between the looks.
FIRST_PAUSES = (1, 2, 4, 8, 15, 30)
PAUSES = FIRST_PAUSES + (60,) * ((int(WATCHED_FOR.total_seconds()) - sum(FIRST_PAUSES)) // 60)


async def watch(run: Run[Services], *, address: str, subject: str, since: str, asked: dict[str, Any]) -> None:
    for pause in PAUSES:
        await run.sleep(pause)
        if await run.step(is_known, address, subject, since):
            break
    await run.step(tell_what_became_of_it, address, subject, since, asked)


async def is_known(services: Services, address: str, subject: str, since: str) -> bool:
    try:
        return (await fate(services.desk, address, subject, datetime.fromisoformat(since))).status in FINAL
    except MailProviderError:
        return False  # it is asked again soon


async def tell_what_became_of_it(
    services: Services, address: str, subject: str, since: str, asked: dict[str, Any]
) -> None:
    async with AsyncExitStack() as stack:
        to = await reader(services, asked, Permission.READ_EMAIL, stack)
        # Of who is limited to other customers by now, nobody has this address.
        if to is None or await to.desk.directory.person_with(address) is None:
            return
        last = await _fate(to.desk, address, subject, datetime.fromisoformat(since))
        await tell(services, card.became(address, last, await _listed(to.desk, address), to.say), asked)


async def _fate(desk: Helpdesk, address: str, subject: str, since: datetime) -> LastDelivery:
    try:
        return await fate(desk, address, subject, since)
    except MailProviderError as error:
        return LastDelivery(DeliveryStatus.UNKNOWN, problem=error.text)


async def _listed(desk: Helpdesk, address: str) -> Sequence[SuppressionEntry]:
    """Where the list cannot be asked there is no button to clear it; what became of the mail is told all the same."""
    try:
        return await desk.suppression.find(address)
    except MailProviderError:
        return ()


JOB = Job(WATCH, watch)
