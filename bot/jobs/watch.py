"""A mail just sent is watched until somebody says what became of it, and that is said in the thread, once."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

from bot.jobs.asked import reader, tell
from bot.jobs.services import Services
from cards import resend as card
from commands.resend import WATCH, WATCHED_FOR
from helpdesk.access import Permission
from helpdesk.delivery import DeliveryLog, LastDelivery
from helpdesk.jobs import Job
from helpdesk.jobs.run import Run
from helpdesk.providers import MailProviderError
from helpdesk.store.tables import DeliveryStatus

# Reports come back within a second or within minutes: seconds between the looks.
FIRST_PAUSES = (1, 2, 4, 8, 15, 30)
PAUSES = FIRST_PAUSES + (60,) * ((int(WATCHED_FOR.total_seconds()) - sum(FIRST_PAUSES)) // 60)
# By so much a provider's clock may be behind ours; what is older is another mail.
SKEW = timedelta(seconds=10)
_FINAL = (DeliveryStatus.DELIVERED, DeliveryStatus.ERROR)


async def watch(run: Run[Services], *, address: str, since: str, asked: dict[str, Any]) -> None:
    for pause in PAUSES:
        await run.sleep(pause)
        if await run.step(is_known, address, since):
            break
    await run.step(tell_what_became_of_it, address, since, asked)


async def is_known(services: Services, address: str, since: str) -> bool:
    try:
        return (await _newest(services.desk.delivery, address, since)).status in _FINAL
    except MailProviderError:
        return False  # it is asked again soon


async def tell_what_became_of_it(services: Services, address: str, since: str, asked: dict[str, Any]) -> None:
    async with AsyncExitStack() as stack:
        to = await reader(services, asked, Permission.READ_EMAIL, stack)
        # Of who is limited to other customers by now, nobody has this address.
        if to is None or await to.desk.directory.person_with(address) is None:
            return
        try:
            last = await _newest(to.desk.delivery, address, since)
            listed = await to.desk.suppression.find(address)
        except MailProviderError as error:
            last, listed = LastDelivery(DeliveryStatus.UNKNOWN, problem=error.text), ()
        await tell(services, card.became(address, last, listed, to.say), asked)


async def _newest(delivery: DeliveryLog, address: str, since: str) -> LastDelivery:
    """Of the watched mail, or of a newer one; in progress as long as nothing is known of either."""
    last = await delivery.last(address)
    is_new = last.at is not None and last.at >= datetime.fromisoformat(since) - SKEW
    return last if is_new else LastDelivery(DeliveryStatus.IN_PROGRESS)


JOB = Job(WATCH, watch)
