"""Every button of every command, as its token would say it, about one user, one customer and lists of addresses.

A new action is named here, or the tests that press them all fail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import DispatchAnswer
from bot.webex.events import Pressed
from cards.elements import button, card, heading
from commands import COMMANDS
from commands.command import Action, Owner
from helpdesk.platform.store.tables.bulk import BulkRun
from helpdesk.platform.store.tables.mail import LiftedSuppression
from helpdesk.platform.store.tables.proof import Consent, Verification
from tests.agent import LEE, PLACE, Agent
from tests.sessions import rows

BO, LOU = "bo.larsen@partner.example", "lou@partner.example"
WHY = "The mail server was down on Monday"
ACTIONS: Mapping[str, Action] = {name: each for command in COMMANDS for name, each in command.on_submit.items()}


@dataclass(frozen=True)
class Subjects:
    """What the buttons are about: a user mail to whom bounced, one mail to whom flows, their customer, addresses."""

    held: tuple[str, str]  # id and address
    free: tuple[str, str]
    customer: tuple[str, str]  # id and name
    some: Sequence[str]  # few addresses mail to which bounced
    many: Sequence[str]


@dataclass
class Kept:
    """What the desk has stored that buttons are about."""

    lists: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    verification: str = "none"
    consent: str = "none"
    lifting: str = "none"


async def keep(agent: Agent, subjects: Subjects) -> Kept:
    """Lists of Lee's that were shown, and that were asked to be approved, and one of Bo's; a code; a question."""
    kept = Kept()
    await agent.types("whoami", LOU)  # bound to an account by that, where Lou is an agent
    for name, who, addresses in (
        ("few", LEE, subjects.some),
        ("long", LEE, subjects.many),
        ("drop", LEE, subjects.many),
        ("stop", LEE, subjects.many),
        ("asked", LEE, subjects.many),
        ("of bo", BO, subjects.many),
        ("declined", BO, subjects.many),
    ):
        await agent.types("bulk " + " ".join(addresses), who)
        (run,) = [each for each in await rows(agent.store, select(BulkRun)) if each.id not in kept.lists.values()]
        kept.lists[name] = run.id
        if name in ("asked", "of bo", "declined"):
            await agent.presses(sealed(agent, "bulk.clear", {"run": run.id}, who), {"reason": WHY}, who)
    kept.hashes = {each.id: each.lines_hash or "" for each in await rows(agent.store, select(BulkRun))}
    await agent.types(f"verify {subjects.free[1]}")
    for each in await rows(agent.store, select(Verification)):
        kept.verification = each.id
    request = sealed(agent, "consent.request", {"organization": subjects.customer[0]}, LEE)
    await agent.presses(request, {"reason": WHY})
    for each in await rows(agent.store, select(Consent)):
        kept.consent = each.id
    for each in await rows(agent.store, select(LiftedSuppression)):
        kept.lifting = each.event_id
    return kept


def presses(subjects: Subjects, kept: Kept) -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
    """What the token of each action says, and what is filled in."""
    person, address = {"person": subjects.free[0]}, {"address": subjects.held[1]}
    customer, why = {"organization": subjects.customer[0]}, {"reason": WHY}
    act, audit = {"act": "clear a suppression"}, {"scope": "customer", "of": subjects.customer[0]}
    mine = {"scope": "mine", "of": ""}
    vouched = {**person, "agent": LEE, "agent_email": LEE, "space": PLACE.space_id, "reason": WHY}

    def of(name: str) -> dict[str, Any]:
        return {"run": kept.lists[name], "from": 0, "shown": kept.hashes[kept.lists[name]]}

    return {
        "find.search": ({}, {"query": subjects.free[1]}),
        "find.again": ({"text": subjects.free[1], "organization": None, "kind": "email"}, {}),
        "find.next": ({"text": subjects.customer[1], "after": ["organization", "", ""]}, {}),
        "find.open": ({"kind": "person", "id": subjects.free[0]}, {}),
        "find.rest": ({"kind": "organization", "id": subjects.customer[0], "part": "domains", "from": 0}, {}),
        "verify.start": ({}, {"address": subjects.held[1]}),
        "verify.send": ({**person, "proof": "mailbox"}, {}),
        "verify.check": ({"verification": kept.verification}, {"code": "123456"}),
        "verify.ask": (person, {}),
        "verify.request": (person, why),
        "verify.approve": (vouched, {}),
        "email.show": (address, {}),
        "unsuppress.show": (address, {}),
        "unsuppress.lift": (address, {}),
        "unsuppress.override": (address, why),
        "unsuppress.undo": ({**address, "lifting": kept.lifting}, {}),
        "bulk.read": ({}, {"list": "\n".join(subjects.some)}),
        "bulk.lines": (of("long"), {}),
        "bulk.clear": (of("few"), why),
        "bulk.drop": (of("drop"), {}),
        "bulk.stop": (of("stop"), {}),
        "bulk.review": (of("of bo"), {}),
        "bulk.approve": (of("of bo"), {}),
        "bulk.decline": (of("declined"), {}),
        "resend.show": ({**person, "address": subjects.free[1]}, {}),
        "resend.send": ({**person, "address": subjects.free[1]}, {}),
        "resend.activation": (person, {}),
        "resend.activate": (person, {}),
        "view.find": ({}, {"customer": subjects.customer[1]}),
        "view.open": (customer, {}),
        "consent.find": ({}, {"customer": subjects.customer[1]}),
        "consent.ask": (customer, {}),
        "consent.request": (customer, why),
        "consent.end": ({"consent": kept.consent}, {}),
        "language.choose": ({}, {"language": "fr"}),
        "language.form": ({}, {}),
        "policy.form": (act, {}),
        "policy.set": (act, {"need": "nothing", "told": "no"}),
        "agents.add": ({}, {}),
        "agents.change": ({"email": BO}, {}),
        "agents.save": ({}, {"address": LOU, "role": "agent", "customers": subjects.customer[1]}),
        "agents.remove": ({"email": LOU}, {}),
        "agents.restore": ({"email": LOU}, {}),
        "agents.release": ({"email": LOU}, {}),
        "agents.next": ({"behind": ""}, {}),
        "audit.open": (audit, {}),
        "audit.all": ({"scope": "all", "of": ""}, {}),
        "audit.next": ({**mine, "before": 10_000}, {}),
        "audit.file": (mine, {}),
    }


def sealed(agent: Agent, action: str, about: Mapping[str, Any], asker: str, place: Thread = PLACE) -> dict[str, Any]:
    """A button as the desk would have sent it to `asker`."""
    own = ACTIONS[action].owner is Owner.ASKER
    made = card(heading("x"), buttons=[button("x", action, about, only_for=asker if own else None)])
    sent: dict[str, Any] = agent.buttons.seal(made.json, place)["actions"][0]
    return sent


async def press(
    agent: Agent, button: Mapping[str, Any], inputs: Mapping[str, str], who: str, event: str
) -> DispatchAnswer:
    data = button["data"]
    pressed = Pressed("the press", PLACE.space_id, "the card", who, data["action"], data["token"], dict(inputs))
    return await agent.dispatch.submission(pressed, who, event)
