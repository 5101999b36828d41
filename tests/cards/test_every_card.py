"""Every card there is, with plain and with hostile data, in every language: what Webex takes, and safe to press."""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator
from markdown_it import MarkdownIt

import cards
from cards import (
    activation,
    agents,
    audit,
    bulk,
    cleared,
    consent,
    customer_choice,
    device,
    email,
    found,
    gate,
    notices,
    number,
    order,
    organization,
    person,
    policy,
    privacy,
    problem,
    resend,
    rest,
    returned,
    suppression,
    verification,
    view,
    whoami,
)
from cards import help as help_card
from cards.elements import Card, Json, pages
from commands import COMMANDS
from helpdesk.audit_questions import AuditPage, AuditQuestion, Scope
from helpdesk.bulk import LineOutcome, Prospect, RunState, Stop
from helpdesk.directory import (
    Administrator,
    DeviceDetails,
    Found,
    NumberDetails,
    OrderDetails,
    OrganizationDetails,
    PersonDetails,
    UserStatus,
)
from helpdesk.directory.reading import QueryKind
from helpdesk.mail.activation import ActivationJob
from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.dsn.pasted import Returned
from helpdesk.mail.dsn.reading import Fate
from helpdesk.mail.probe import ProbeMail
from helpdesk.mail.probe import ProbeOutcome as Sent
from helpdesk.mail.reach import Reach
from helpdesk.mail.suppression import Removal, SuppressionEntry
from helpdesk.mail.suppression.clearing import Clearing
from helpdesk.mail.suppression.lifted import Lifting, Undone
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import NamedAgent
from helpdesk.people.notices import KeptNotice, Notice
from helpdesk.platform import language as languages
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import LANGUAGES, Language, Text
from helpdesk.platform.store.tables.audit import AuditRow, RefusedTry
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.platform.store.tables.directory import Device, Domain, License, Number, Organization, Person
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from helpdesk.platform.store.tables.proof import Consent, ConsentAdministrator
from helpdesk.proof.consent import ConsentState as Asked
from helpdesk.proof.consent.cases import Case
from helpdesk.proof.gate import DEFAULTS, Act, CallerNotProven, Need, Rule, Subject
from helpdesk.proof.verification import Challenge, Proof, Verified, Wrong
from helpdesk.search import Cursor, Hit, HitKind
from tests.hostile import HOSTILE, dangerous
from tests.nodes import nodes

SCHEMA = Path(__file__).parents[1] / "samples" / "adaptive-card-1.3.schema.json"
PAGE_BYTES = 40 * 1024  # half of what Webex takes: the rest is for signed tokens
ID = "0b6e3a3c-3b1f-4d9e-9c1b-6d2f4a7e8c90"
RENDERER = MarkdownIt("commonmark")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATA = {
    "plain": "Pat Lindqvist",
    "empty": "",
    "markdown": "**[Pat](http://evil.example)** # `x` | - 1.",
    "html": "<script>alert(1)</script><b>Pat</b>&lt;",
    "bidi": "Pat\u202etsivqdniL\u200b\u0000",
    "braces": "{x} {0} {{DATE(2026-01-01T00:00:00Z)}} {{{x}}} {name!r}",
    "hostile": HOSTILE,
    "right to left": "محمد علي",
    "long": "Pat" * 167,
    "wide": "👩\u200d💻" * 200,
}


_CAME_BACK = (DeliveryStatus.ERROR, DeliveryStatus.IN_PROGRESS, DeliveryStatus.DELIVERED)


def _fate(world: "World", status: DeliveryStatus) -> Fate:
    return Fate(frozenset({world.words}), status, "5.1.1", world.words)


def _returned(world: "World", status: DeliveryStatus) -> returned.Read:
    return returned.Read(Returned(world.words, _fate(world, status)), world.person)


class World:
    """Domain objects whose texts are all the same `words`."""

    def __init__(self, words: str, say: Language) -> None:
        self.words, self.say = words, say
        self.reader = Sender("ana", f"{words}@partner.example", Role.ADVANCED)
        self.agent = Sender("lee", f"{words}@partner.example", Role.AGENT)
        self.organization = Organization(
            id=ID, webex_id=ID, display_name=words, search_name=words, created=NOW, settings={words: words, "on": True}
        )
        self.person = PersonDetails(
            person=Person(
                id=ID,
                webex_id=ID,
                organization_id=ID,
                email=words,
                display_name=words,
                search_name=words,
                created=NOW,
                last_activity=NOW,
                site_urls=[words] * 3,
                phone_numbers=[words],
                features={words: True, "b": False},
            ),
            organization=self.organization,
            status=UserStatus.ACTIVE,
            emails=[words] * 3,
            licenses=[self._license(words)] * 500,
            roles=[words] * 3,
            devices=[Device(id="d", webex_id="d", organization_id="o", display_name=words, product=words)] * 50,
            numbers=[Number(phone_number=words, organization_id="o")],
            as_of=NOW,
        )
        self.suppressions = [
            SuppressionEntry(words, reason, NOW, words, reason is not Reason.BLOCK, reason is not Reason.MANUAL, words)
            for reason in Reason
        ]
        self.bounce = self.suppressions[:1]
        self.lifting = Lifting("an event", words, tuple(self.suppressions), NOW, words)
        self.problem = Text("{provider} does not answer.", provider=words)
        self.unasked = LastDelivery(DeliveryStatus.UNKNOWN, problem=self.problem)
        self.challenge = Challenge(words, words, Proof.MAILBOX, NOW, 2)
        self.verified = Verified(words, Proof.MAILBOX, NOW + timedelta(minutes=3))
        self.hits = [Hit(kind, ID, words, words, words) for kind in (*HitKind, HitKind.PERSON)]

    def _license(self, words: str) -> License:
        return License(
            id=words, organization_id="o", name=words, total_units=10, consumed_units=5, subscription_id=words
        )

    def reach(self, status: DeliveryStatus, answer: str | None = None) -> Reach:
        words = self.words
        told = LastDelivery(status, NOW, words, answer or words, "5.1.1", known_from=words, told_at=NOW)
        return Reach(told, tuple(SuppressionEntry(words, reason, NOW, words) for reason in Reason))

    def found(self, **other: Any) -> Found:
        return Found(**{"text": self.words[:200], "kind": QueryKind.NAME, "hits": self.hits, **other})

    def customer(self, size: int) -> OrganizationDetails:
        words = self.words
        return OrganizationDetails(
            organization=self.organization,
            domains=[Domain(organization_id="o", domain=words, status=status) for status in ("claimed", "verified")]
            * size,
            sites=[words] * size,
            orders=[words] * size,
            licenses=[self._license(words)] * size,
            administrators=[Administrator(words, words, words, words)] * size,
            administrator_count=size,
            people_count=1,
            device_count=0,
            number_count=1_000_000,
        )

    def audit_page(self, scope: Scope, size: int) -> AuditPage:
        words = self.words
        row = AuditRow(
            **{"id": 7, "at": NOW, "actor": words, "action": "verify.send", "subject": words, "organization_id": ID},
            **{"reason": words, "outcome": words, "event_id": ID, "hash": ID, "key_id": ID, "pseudonyms": ""},
        )
        tries = [RefusedTry(hour=NOW, kind=words, who=words, count=3, first_at=NOW, last_at=NOW)] * (2 * size)
        return AuditPage(AuditQuestion(scope, words, NOW), words, [row] * size, size > 0, {ID: words}, tries)

    def notice(self, kind: Notice) -> KeptNotice:
        names = ("email", "how", "why", "head", "rows", "count")
        return KeptNotice(kind, dict.fromkeys(names, self.words), NOW)

    def named(self, customers: int | None) -> NamedAgent:
        limit = None if customers is None else [self.words] * customers
        return NamedAgent(self.words, Role.ADVANCED, limit)

    def bulk_run(self, stopped: Stop | None = None) -> BulkRun:
        words = self.words
        return BulkRun(
            **{"id": ID, "agent_id": "ana", "agent_email": words, "space_id": "s", "thread_id": "t"},
            **{"is_direct": False, "heading": words, "state": RunState.ENDED, "created_at": NOW},
            **{"reason": words, "stopped": stopped, "approved_by": words, "lines_hash": "0" * 64},
        )

    def bulk_items(self, count: int, *, is_over: bool = False) -> list[BulkItem]:
        """Some of every kind."""
        kinds = [*LineOutcome] if is_over else [*Prospect, LineOutcome.NO_ADDRESS, LineOutcome.REPEATED]
        return [
            BulkItem(
                **{"run_id": ID, "position": at, "line": at, "text": self.words, "reasons": ["bounce", "complaint"]},
                **{
                    "outcome" if isinstance(kind, LineOutcome) else "prospect": kind,
                    "address": f"user{at}@acme.example",
                },
            )
            for at in range(count)
            for kind in [kinds[at % len(kinds)]]
        ]

    def case(self, state: Asked, count: int) -> Case:
        words = self.words
        row = Consent(
            **{"id": ID, "event_id": ID, "organization_id": ID, "organization_name": words, "agent_id": ID},
            **{"agent_email": words, "source": "asked", "reason": words, "state": state.value, "asked_at": NOW},
            **{"lapses_at": NOW, "until": NOW, "ended_at": NOW, "answered_by": 1, "ended_by": count},
        )
        asked = {"consent_id": ID, "person_id": ID, "email": words, "name": words}
        return Case(row, [ConsentAdministrator(**asked, number=number + 1) for number in range(count)])

    def device(self, owner: Person | None) -> DeviceDetails:
        words = self.words
        one = Device(
            **{"id": "d", "webex_id": "d", "organization_id": "o", "display_name": words, "product": words},
            **{"serial": words, "mac": words, "sip_url": words, "connection_status": words or "connected"},
            **{
                "location": words,
                "workspace": words,
                "ip": words,
                "software": words,
                "last_seen": NOW,
                "synced_at": NOW,
            },
        )
        return DeviceDetails(one, self.organization, owner, self.person.numbers, [words, words], NOW)

    def number(self, owner: Person | None) -> NumberDetails:
        words = self.words
        one = Number(
            **{"phone_number": words or "1", "organization_id": "o", "state": words, "extension": words},
            **{"location": words, "owner_name": words, "owner_type": words, "source": "sync", "synced_at": NOW},
        )
        return NumberDetails(one, self.organization, owner, self.person.devices if owner else [], NOW)


def of_person(world: World, reader: Sender, verified: Verified | None, answer: str | None) -> Card:
    return person.details(
        world.person,
        reach=world.reach(DeliveryStatus.ERROR, answer) if answer else Reach(world.unasked, (), world.problem),
        verified=verified,
        reader=reader,
        now=NOW,
        say=world.say,
        searched=world.found(kind=QueryKind.EMAIL, others=(QueryKind.SIP, QueryKind.NAME)),
    )


SUBJECTS: list[Callable[[World], Subject]] = [lambda w: Subject(w.words, w.person), lambda w: Subject(w.words or "a@b")]


def several_not_proven(world: World) -> CallerNotProven:
    first, *others = (CallerNotProven(Act.CLEAR, of(world), need, False) for of in SUBJECTS for need in NEEDED)
    return CallerNotProven(first.act, first.subject, first.need, first.is_held, others)


NEEDED = (Need.CALLER, Need.SECOND_AGENT)
CLEARINGS: list[Callable[[World], Clearing]] = [
    lambda w: Clearing(Removal(tuple(w.suppressions)), (), w.lifting),
    lambda w: Clearing(Removal(tuple(w.bounce)), None, w.lifting),
    lambda w: Clearing(Removal(tuple(w.bounce)), tuple(w.suppressions), w.lifting),
    lambda w: Clearing(Removal(tuple(w.suppressions), tuple(w.suppressions)), ()),
    lambda w: Clearing(Removal(), ()),
]
BUILT: Mapping[Callable[..., Card], list[Callable[[World], Card]]] = {
    bulk.form: [lambda w: bulk.form(w.say)],
    bulk.looking: [lambda w: bulk.looking(1_000, w.say)],
    bulk.preview: [
        lambda w, size=size, need=need: bulk.preview(w.bulk_run(), w.bulk_items(size), need, w.reader, w.say)
        for size in (1_000, 12, 5, 0)
        for need in Need
    ],
    bulk.lines: [
        lambda w: bulk.lines(w.bulk_run(), w.bulk_items(40), 0, 1_000, w.say),
        lambda w: bulk.lines(w.bulk_run(), w.bulk_items(40), 0, 1_000, w.say, "ana"),
        lambda w: bulk.lines(w.bulk_run(), [], 1_000, 1_000, w.say),
    ],
    bulk.begun: [
        lambda w: bulk.begun(w.bulk_run(), [], w.reader, w.say),
        lambda w: bulk.begun(w.bulk_run(), w.bulk_items(20, is_over=True), w.reader, w.say),
    ],
    bulk.asked: [lambda w, far=far: bulk.asked(w.bulk_run(), far, w.reader, w.say) for far in (True, False)],
    bulk.request: [
        lambda w: bulk.request(w.bulk_run(), w.bulk_items(1_000), w.say),
        lambda w: bulk.request(w.bulk_run(), w.bulk_items(12), w.say),
    ],
    bulk.approved: [lambda w: bulk.approved(w.bulk_run(), w.words, w.say)],
    bulk.declined: [lambda w: bulk.declined(w.bulk_run(), w.words, w.say)],
    bulk.decided: [lambda w: bulk.decided(w.bulk_run(), w.say)],
    bulk.over: [lambda w: bulk.over(w.say)],
    bulk.dropped: [lambda w: bulk.dropped(w.say)],
    bulk.stopping: [lambda w: bulk.stopping(w.say)],
    bulk.result: [
        lambda w, stop=stop: bulk.result(w.bulk_run(stop), w.bulk_items(1_000, is_over=True), w.say)
        for stop in (None, *Stop)
    ],
    consent.form: [lambda w: consent.form(w.say)],
    customer_choice.form: [lambda w: customer_choice.form(w.words or "-", "Go on", "view.find", w.say)],
    customer_choice.several: [
        lambda w: customer_choice.several(w.words, w.hits, consent.ask_button, w.say),
        lambda w: customer_choice.several(w.words, w.hits, view.open_button, w.say),
    ],
    customer_choice.none: [lambda w: customer_choice.none(w.words, w.say)],
    consent.ask: [lambda w: consent.ask(ID, w.words, w.reader, w.say)],
    consent.asked: [lambda w, count=count: consent.asked(w.case(Asked.ASKED, count), w.say) for count in (1, 10)],
    consent.not_written: [lambda w: consent.not_written(w.case(Asked.ASKED, 3), w.say)],
    consent.told: [lambda w, state=state: consent.told(w.case(state, 2), w.say) for state in Asked],
    consent.question: [
        lambda w: consent.question(w.case(Asked.ASKED, 2), "https://desk.example/desk/consent/x", w.say)
    ],
    email.form: [lambda w: email.form(w.say)],
    email.status: [
        *(lambda w, status=status: email.status(w.words, w.reach(status), NOW, w.say) for status in DeliveryStatus),
        lambda w: email.status(w.words, Reach(w.unasked, (), w.problem, w.problem), NOW, w.say),
    ],
    found.form: [lambda w: found.form(w.say)],
    found.none: [
        lambda w: found.none(w.found(hits=[]), w.say),
        lambda w: found.none(w.found(hits=[], near=w.hits, organization=w.organization), w.say),
    ],
    found.several: [
        lambda w: found.several(w.found(), w.say),
        lambda w: found.several(w.found(others=(QueryKind.SERIAL, QueryKind.NAME)), w.say),
        lambda w: found.several(w.found(next=Cursor(HitKind.PERSON, w.words, ID), organization=w.organization), w.say),
    ],
    found.each: [
        lambda w: found.each([w.found(), w.found(hits=[]), w.found(hits=w.hits[:1])], 0, w.say),
        lambda w: found.each([w.found(hits=w.hits[:1])] * 20, 480, w.say),
    ],
    device.details: [
        lambda w: device.details(w.device(None), NOW, w.say),
        lambda w: device.details(
            w.device(w.person.person), NOW, w.say, w.found(kind=QueryKind.MAC, others=(QueryKind.NAME,))
        ),
    ],
    number.details: [
        lambda w: number.details(w.number(None), NOW, w.say),
        lambda w: number.details(w.number(w.person.person), NOW, w.say, w.found(kind=QueryKind.PHONE)),
    ],
    order.details: [
        lambda w: order.details(
            OrderDetails(HitKind.ORDER, w.words, w.organization, w.person.licenses, "import", None), NOW, w.say
        ),
        lambda w: order.details(
            OrderDetails(HitKind.SUBSCRIPTION, w.words, w.organization, [], "sync", NOW), NOW, w.say, w.found()
        ),
    ],
    rest.page: [
        lambda w, part=part: rest.page(part, (HitKind.PERSON, ID, w.words), [w.words or "-"] * 40, 0, 500, w.say)
        for part in rest.ListPart
    ]
    + [lambda w: rest.page(rest.ListPart.SITES, (HitKind.PERSON, ID, w.words), [], 40, 40, w.say)],
    found.no_more: [lambda w: found.no_more(w.say)],
    help_card.overview: [
        lambda w: help_card.overview([(each.usage, each.help) for each in COMMANDS], w.say),
        lambda w: help_card.overview([(Text("{x}", x=w.words), Text("{x}", x=w.words))], w.say),
    ],
    organization.details: [
        lambda w: organization.details(w.customer(0), w.reader, NOW, w.say),
        lambda w: organization.details(w.customer(3), w.agent, NOW, w.say, w.found(kind=QueryKind.DOMAIN)),
        lambda w: organization.details(w.customer(60), w.agent, NOW, w.say, w.found(others=(QueryKind.NAME,))),
        lambda w: organization.details(w.customer(2_000), w.reader, NOW, w.say),
    ],
    person.details: [
        lambda w: of_person(w, w.reader, None, w.words),
        lambda w: of_person(w, w.agent, w.verified, None),
    ],
    gate.not_proven: [
        lambda w, of=of, need=need, is_held=is_held: gate.not_proven(
            CallerNotProven(Act.CLEAR, of(w), need, is_held), w.say
        )
        for of in SUBJECTS
        for need in (Need.CALLER, Need.SECOND_AGENT)
        for is_held in (True, False)
    ]
    + [lambda w: gate.not_proven(several_not_proven(w), w.say)],
    audit.acts: [
        lambda w, scope=scope, role=role, size=size: audit.acts(
            w.audit_page(scope, size), Sender("ana", w.words, role), w.say
        )
        for scope in Scope
        for role in (Role.AGENT, Role.PARTNER_ADMINISTRATOR)
        for size in (0, audit.PAGE)
    ],
    audit.several: [lambda w: audit.several(w.words, w.hits[:1], w.say)],
    audit.none: [lambda w: audit.none(w.words, w.say)],
    audit.file_follows: [lambda w: audit.file_follows(w.say)],
    policy.overview: [
        lambda w: policy.overview(DEFAULTS, w.say),
        lambda w: policy.overview({act: Rule(Need.CALLER, is_told=True) for act in Act}, w.say, Act.CLEAR),
    ],
    policy.form: [lambda w, act=act: policy.form(act, DEFAULTS[act], w.reader, w.say) for act in Act],
    agents.overview: [
        lambda w: agents.overview([w.named(50), w.named(None)], [w.words] * 3, w.reader, w.say),
        lambda w: agents.overview([w.named(2)] * (agents.PAGE + 1), [], w.reader, w.say),
        lambda w: agents.overview([], [], w.reader, w.say),
    ],
    agents.form: [
        lambda w: agents.form(None, w.reader, w.say),
        lambda w: agents.form(w.named(1), w.reader, w.say),
        lambda w: agents.form(w.named(None), w.reader, w.say),
    ],
    agents.saved: [lambda w: agents.saved(w.named(50), w.say)],
    agents.removed: [lambda w: agents.removed(w.words, w.say)],
    agents.released: [lambda w: agents.released(w.words, w.say)],
    agents.usage: [lambda w: agents.usage(w.say)],
    privacy.answered_directly: [lambda w: privacy.answered_directly(w.say)],
    privacy.not_delivered: [lambda w: privacy.not_delivered(w.say)],
    privacy.not_writable: [lambda w: privacy.not_writable(w.say)],
    privacy.not_shown: [lambda w: privacy.not_shown(w.say)],
    problem.failed: [lambda w: problem.failed("12AB", w.say)],
    problem.refused: [
        lambda w: problem.refused(BadInput(Text("{x}", x=w.words[:200]), Text("{x}", x=w.words)), w.say, "12AB"),
        lambda w: problem.refused(BadInput(Text("No.")), w.say),
    ],
    problem.not_an_agent: [lambda w: problem.not_an_agent(w.say)],
    problem.not_allowed: [lambda w: problem.not_allowed(w.say)],
    problem.forged_button: [lambda w: problem.forged_button(w.say)],
    problem.stale_button: [lambda w: problem.stale_button(w.say)],
    problem.used_button: [lambda w: problem.used_button(w.say)],
    problem.someone_elses_button: [lambda w: problem.someone_elses_button(w.say)],
    problem.patience: [lambda w: problem.patience(w.say)],
    problem.webex_asks_for_patience: [lambda w: problem.webex_asks_for_patience(w.say)],
    suppression.form: [lambda w: suppression.form(email.address_field(w.say), w.say)],
    suppression.held: [
        lambda w: suppression.held(w.words, w.suppressions, w.reader, w.say),
        lambda w: suppression.held(w.words, w.suppressions, w.agent, w.say),
        lambda w: suppression.held(w.words, [SuppressionEntry(w.words, Reason.BOUNCE)], w.agent, w.say),
        lambda w: suppression.held(
            w.words, [SuppressionEntry(w.words, Reason.BLOCK, is_blocking=False)], w.agent, w.say
        ),
    ],
    cleared.cleared: [
        lambda w, clearing=clearing: cleared.cleared(w.words, clearing(w), w.lifting, w.person, w.reader, w.say)
        for clearing in CLEARINGS
    ]
    + [lambda w: cleared.cleared(w.words, Clearing(Removal(), ()), None, None, w.agent, w.say)],
    cleared.free: [
        lambda w: cleared.free(w.words, w.lifting, w.person, w.reader, w.say),
        lambda w: cleared.free(w.words, None, None, w.agent, w.say),
    ],
    cleared.undoable: [lambda w: cleared.undoable(w.lifting, w.say)],
    cleared.undone: [
        lambda w: cleared.undone(w.words, Undone(tuple(w.suppressions), tuple(w.bounce), tuple(w.suppressions)), w.say),
        lambda w: cleared.undone(w.words, Undone(tuple(w.bounce)), w.say),
    ],
    returned.explained: [
        lambda w: returned.explained([_returned(w, status) for status in _CAME_BACK], w.reader, w.say),
        lambda w: returned.explained(
            [returned.Read(Returned("", _fate(w, DeliveryStatus.ERROR)), None)], w.agent, w.say
        ),
    ],
    resend.form: [lambda w: resend.form(email.address_field(w.say), w.say)],
    resend.ways: [
        lambda w: resend.ways(w.person, True, w.reader, w.say),
        lambda w: resend.ways(w.person, False, w.agent, w.say),
    ],
    resend.held_back: [lambda w: resend.held_back(w.words, w.suppressions, w.say)],
    resend.sent: [
        lambda w, outcome=outcome, length=length: resend.sent(ProbeMail(w.words, NOW, outcome, w.words), length, w.say)
        for outcome in Sent
        for length in (None, timedelta(minutes=30))
    ],
    resend.became: [
        lambda w, status=status: resend.became(
            w.words, LastDelivery(status, NOW, w.words, w.words), w.suppressions, w.say
        )
        for status in DeliveryStatus
    ],
    activation.asked: [lambda w: activation.asked(w.person, w.reader, w.say)],
    activation.begun: [
        lambda w, is_followed=is_followed: activation.begun(w.words, is_followed, w.say)
        for is_followed in (True, False)
    ],
    activation.ended: [
        lambda w: activation.ended(w.person, ActivationJob("j", True, False, 1, 2, 3, 6, True), True, w.say),
        lambda w: activation.ended(w.person, ActivationJob("j", True, True, 0, 0, 0, 6, False), False, w.say),
        lambda w: activation.ended(w.person, ActivationJob("j", False, False, 0, 0, 0, 6, True), False, w.say),
    ],
    notices.told: [
        lambda w: notices.told([w.notice(kind) for kind in Notice], w.say),
        lambda w: notices.told([w.notice(Notice.NEW_AGENT)], w.say),
    ],
    verification.form: [lambda w: verification.form(email.address_field(w.say), w.say)],
    verification.sent: [
        lambda w: verification.sent(w.challenge, w.person, None, w.reader, w.say),
        lambda w: verification.sent(w.challenge, w.person, Text("{x}", x=w.words), w.reader, w.say),
        lambda w: verification.sent(Challenge("v", "p", Proof.WEBEX, NOW, 3, False), w.person, None, w.reader, w.say),
    ],
    verification.wrong: [
        lambda w, wrong=wrong: verification.wrong(wrong(w), w.person, w.reader, w.say)
        for wrong in (
            lambda w: Wrong(w.challenge, NOW),
            lambda w: Wrong(w.challenge),
            lambda w: Wrong(w.challenge, None, NOW),
            lambda _: Wrong(Challenge("v", "p", Proof.WEBEX, NOW, 0)),
        )
    ],
    verification.cannot_arrive: [lambda w: verification.cannot_arrive(w.person, w.suppressions, w.say)],
    verification.not_sent: [lambda w: verification.not_sent(w.person, w.words, w.words, w.say)],
    verification.ask: [lambda w, of=of: verification.ask(of(w), w.reader, w.say) for of in SUBJECTS],
    verification.requested: [lambda w: verification.requested(w.say)],
    verification.request: [
        lambda w, of=of: verification.request(of(w), w.reader, w.words, w.words, w.say) for of in SUBJECTS
    ],
    verification.approved: [
        lambda w, of=of: verification.approved(of(w), w.verified, w.words, bool(w.words), NOW, w.say) for of in SUBJECTS
    ],
    view.form: [lambda w: view.form(w.say)],
    view.ready: [
        lambda w: view.ready(w.words, "https://desk.example/desk/view/open/x", NOW + timedelta(hours=1), NOW, w.say)
    ],
    view.no_consent: [
        lambda w: view.no_consent(w.words, [], w.say),
        lambda w: view.no_consent(w.words, [view.open_button(ID, w.say)], w.say),
    ],
    whoami.identity: [
        lambda w: whoami.identity(w.reader, None, w.say),
        lambda w: whoami.identity(w.reader, [w.words or "-"] * 500, w.say),
        lambda w: whoami.identity(Sender("kim", w.words, None), [], w.say),
    ],
    whoami.languages: [lambda w: whoami.languages(w.say)],
    whoami.language_chosen: [lambda w: whoami.language_chosen(w.say)],
}
NAMED = {
    f"{function.__module__.removeprefix('cards.')}.{function.__name__}-{index}": build
    for function, builders in BUILT.items()
    for index, build in enumerate(builders)
}


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text()))


@cache
def built() -> list[tuple[str, Card, Json]]:
    """Each card with each kind of data in each language: its name, the card, and what is sent of it."""
    return [
        (f"{name} with {kind} data, {code}", made, made.json)
        for code in sorted(LANGUAGES)
        for name, build in NAMED.items()
        for kind, words in DATA.items()
        for made in [build(World(words, languages.language(code)))]
    ]


def faults(looked_at: Callable[[Card, Json], Iterable[object]]) -> list[str]:
    """A line for all that is wrong with a card; of each card once, however many of its forms have it."""
    found = dict[str, str]()
    for name, made, content in built():
        if wrong := [fault for fault in looked_at(made, content) if fault]:
            found.setdefault(name.partition(" ")[0], f"{name}: {wrong}")
    return list(found.values())


def test_a_fault_is_told_with_the_name_of_its_card() -> None:
    assert faults(lambda _, __: [None, False, [], set()]) == []
    told = faults(lambda _, content: ["a field" for _ in of_type(content, "Input.Text")])
    assert "email.form-0 with plain data, en: ['a field']" in told


def of_type(content: Json, start: str) -> list[Json]:
    return [node for node in nodes(content) if str(node.get("type")).startswith(start)]


def modules() -> Iterator[ModuleType]:
    return (import_module(f"cards.{found.name}") for found in iter_modules(cards.__path__))


def test_every_function_that_makes_a_card_is_built_here() -> None:
    made = {
        function
        for module in modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and module.__name__ != "cards.elements"
        if inspect.signature(function).return_annotation is Card
    }
    assert made == set(BUILT)


def test_each_is_a_card_of_version_1_3_by_the_official_schema(schema: Draft7Validator) -> None:
    def wrong(_: Card, content: Json) -> Iterator[str]:
        if content["version"] != "1.3":
            yield f"version {content['version']}"
        yield from (error.message for error in schema.iter_errors(content))

    assert faults(wrong) == []


def test_a_heading_comes_first_and_is_the_only_one() -> None:
    def wrong(_: Card, content: Json) -> Iterator[object]:
        first, *others = of_type(content, "TextBlock")
        yield first.get("size") != "large" and "no heading"
        yield content["body"][0] != first and "something before the heading"
        yield [other for other in others if other.get("size")]

    assert faults(wrong) == []


def test_the_plain_text_starts_with_the_heading_and_is_never_empty() -> None:
    def wrong(made: Card, _: Json) -> Iterator[object]:
        yield not made.plain.startswith(made.elements[0].plain) and "another beginning"
        yield not made.plain.strip() and "empty"

    assert faults(wrong) == []


def test_at_most_five_buttons_stand_side_by_side() -> None:
    def wrong(_: Card, content: Json) -> Iterator[object]:
        yield [
            len(node["actions"]) for node in nodes(content) if "actions" in node and not 0 < len(node["actions"]) <= 5
        ]

    assert faults(wrong) == []


def test_every_button_is_handled_by_a_command() -> None:
    handled = {action for command in COMMANDS for action in command.on_submit}

    def wrong(_: Card, content: Json) -> Iterator[object]:
        submits = of_type(content, "Action.Submit")
        yield {node["data"]["action"] for node in submits} - handled
        yield [node for node in submits if not node["title"].strip()]

    assert faults(wrong) == []


def test_no_field_takes_the_place_of_what_a_button_carries() -> None:
    def wrong(_: Card, content: Json) -> Iterator[object]:
        ids = [node["id"] for node in of_type(content, "Input.")]
        yield {"action", "token"} & set(ids)
        yield len(ids) != len(set(ids)) and ids

    assert faults(wrong) == []


def test_fields_are_named_and_explain_what_is_wrong() -> None:
    def wrong(_: Card, content: Json) -> Iterator[object]:
        for node in of_type(content, "Input.Text"):
            yield not (node.get("label") and node.get("errorMessage") and node.get("isRequired")) and node

    assert faults(wrong) == []


def test_fields_stand_on_the_page_of_the_buttons_that_read_them() -> None:
    def wrong(made: Card, _: Json) -> Iterator[object]:
        *others, _last = pages(made)
        yield [node for page in others for node in of_type(page.json, "Input.")]

    assert faults(wrong) == []


def test_every_page_has_a_size_that_webex_takes() -> None:
    def wrong(made: Card, _: Json) -> Iterator[object]:
        yield [size for page in pages(made) if (size := len(json.dumps(page.json))) > PAGE_BYTES]

    assert faults(wrong) == []


def test_hostile_data_is_never_active_nor_hidden() -> None:
    isolation = "\u2068\u2069"

    def wrong(made: Card, content: Json) -> Iterator[object]:
        blocks = [node["text"] for node in nodes(content) if node.get("type") == "TextBlock"]
        facts = [text for node in nodes(content) for fact in node.get("facts", ()) for text in fact.values()]
        rendered = [RENDERER.render(text) for text in (*blocks, *facts) if text]
        yield [html for html in rendered if re.search("<(?!/?p>)", html)]
        runs = [node["text"] for node in nodes(content) if node.get("type") == "TextRun"]
        yield [text for text in (*blocks, *facts, *runs) if "{{" in text]
        for text in (made.plain, *shown(content)):
            yield dangerous(re.sub("(?<=👩)\u200d|\u200d(?=💻)", "", text), allowed="\n" + isolation)
            yield text.count("\u2068") != text.count("\u2069") and text
            # A field holds its value alone, and gives it back as it stands: nothing is beside it, and nothing is added.
            alone = "" if text == DATA["right to left"] else re.sub("\u2068[^\u2069]*\u2069", "", text)
            yield re.search("[\u0600-\u06ff]", alone) and alone

    assert faults(wrong) == []


def shown(content: Any) -> Iterator[str]:
    """Every text of a card that its reader may see: all but what its buttons carry."""
    if isinstance(content, list):
        yield from (text for each in content for text in shown(each))
    if isinstance(content, dict):
        for name, value in content.items():
            if isinstance(value, str) and name in SHOWN:
                yield value
            elif name != "data":
                yield from shown(value)


SHOWN = {"text", "title", "value", "label", "placeholder", "errorMessage", "altText", "fallbackText", "speak"}
