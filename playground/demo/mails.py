"""What became of the mails the demo's people were sent, and who gets none any more."""

from datetime import datetime, timedelta
from random import Random

from playground.rest.answers import moment
from playground.rooms import Json

SUBJECTS = ("Welcome to Webex", "Verify your email address", "Your Webex site is ready", "You have been invited")
# How often, what became of it, and the mail server's answer.
OUTCOMES = (
    (60, "delivered", "250 2.0.0 OK"),
    (8, "in progress", "451 4.7.1 Greylisted, try again later"),
    (5, "unknown", ""),
    (9, "error", "550 5.1.1 The email account that you tried to reach does not exist"),
    (5, "error", "552 5.2.2 The mailbox is full"),
    (4, "error", "554 5.7.1 Message rejected as spam by content filter"),
    (3, "error", "421 4.4.0 Connection timed out"),
)
# Why an address is held back, how often for each of them, and what was said then.
HELD = (
    ("bounce", 7, "550 5.1.1 The email account that you tried to reach does not exist"),
    ("complaint", 2, "The recipient marked the mail as spam"),
    ("block", 3, "554 5.7.1 Service unavailable; sender blocked by policy"),
    ("invalid", 2, "Mail domain has no MX record"),
    ("unsubscribe", 1, "The recipient unsubscribed"),
    ("manual", 1, "Added by an administrator"),
)
BOUNCED = "pat.lindqvist@acme.example"
CLEAN = "sam.okafor@acme.example"


def emails(addresses: list[str], random: Random, now: datetime) -> list[Json]:
    """One to three mails for most addresses, none for the rest; the two of the demo's story are as told there."""
    found = [
        _email(BOUNCED, now - timedelta(days=2, hours=3), "delivered", "250 2.0.0 OK", SUBJECTS[0]),
        _email(BOUNCED, now - timedelta(hours=5), "error", OUTCOMES[3][2], SUBJECTS[1]),
        _email(CLEAN, now - timedelta(days=1), "delivered", "250 2.0.0 OK", SUBJECTS[0]),
    ]
    weights = [weight for weight, _, _ in OUTCOMES]
    for address in addresses:
        if address in (BOUNCED, CLEAN) or random.random() < 0.25:
            continue
        for _ in range(random.choice((1, 1, 2, 3))):
            _, status, detail = random.choices(OUTCOMES, weights)[0]
            minutes = random.randrange(5, 80_000)
            if status == "in progress":
                minutes %= 2_880  # nobody believes it of a mail for longer than three days
            sent = now - timedelta(minutes=minutes)
            found.append(_email(address, sent, status, detail, random.choice(SUBJECTS)))
    return found


def suppressions(addresses: list[str], random: Random, now: datetime) -> list[Json]:
    free = [one for one in addresses if one not in (BOUNCED, CLEAN)]
    held = random.sample(free, sum(count for _, count, _ in HELD))
    found = [_held(BOUNCED, "bounce", now - timedelta(hours=5), HELD[0][2])]
    for reason, count, detail in HELD:
        moments = [now - timedelta(minutes=random.randrange(60, 200_000)) for _ in range(count)]
        found += [_held(held.pop(), reason, since, detail) for since in moments]
    # One address is held for two reasons: mail flows only when both are gone.
    found.append(_held(found[1]["address"], "block", now - timedelta(days=9), HELD[2][2]))
    return found


def _email(address: str, sent: datetime, status: str, detail: str, subject: str) -> Json:
    return {"address": address, "subject": subject, "sentAt": moment(sent), "status": status, "detail": detail}


def _held(address: str, reason: str, since: datetime, detail: str) -> Json:
    return {"address": address, "reason": reason, "since": moment(since), "detail": detail}
