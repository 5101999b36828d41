"""Our clock against Webex's: leases, codes and links end by it."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.cli.doctor.asking import ask
from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped, warning
from helpdesk.platform.clock import utc_now

TOLERATED = timedelta(seconds=5)
UNUSABLE = timedelta(seconds=30)
_ADVICE = "Leases, codes and links end by the clock: keep it right with NTP (timedatectl set-ntp true)."


async def clock(setup: Setup) -> Finding:
    asked_at = utc_now()
    try:
        # Without the token: Webex tells the time with a refusal too.
        answer = await ask(setup.session, f"{setup.settings.webex_url}/people/me")
        theirs = parsedate_to_datetime(answer.date)
    except CheckFailed:
        return skipped("Webex does not answer, so its clock is not known")
    except ValueError:
        return skipped("Webex's answer holds no time")
    # The header holds whole seconds, cut off.
    return judge(theirs + timedelta(seconds=0.5), asked_at, utc_now(), "Webex's")


def judge(theirs: datetime, asked_at: datetime, answered_at: datetime, whose: str) -> Finding:
    """Their time is taken for that of the middle between question and answer. Raises Problem."""
    ahead = asked_at + (answered_at - asked_at) / 2 - theirs
    off = abs(ahead)
    if off <= TOLERATED:
        return ok(f"within {TOLERATED.seconds} s of {whose}")
    words = f"This clock is {off.total_seconds():.0f} s {'ahead of' if ahead > timedelta() else 'behind'} {whose}"
    if off > UNUSABLE:
        raise CheckFailed(f"{words}.", _ADVICE)
    return warning(f"{words}.", _ADVICE)
