"""`consent` puts a question to a customer's administrators, says what is missing for it, and takes it back."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlmodel import select

from cards.elements import Card
from commands import consent
from helpdesk.directory import NotFound
from helpdesk.mail.smtp import SmtpMailer, parse_smtp_url
from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.jobs import JobStatus, JobsUnavailable
from helpdesk.platform.site import Site
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.proof import Consent
from helpdesk.proof.consent import JOB, AllowedAlready, AskedAlready, NotYourConsent
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk
from tests.commands.asking import ANA, BO, pressed, typed
from tests.sessions import rows

ACME, MUELLER, WHY = "Acme Corporation", "Müller & Söhne Maschinenbau", "Calls of the Berlin office fail"


@dataclass
class Started:
    """Jobs that are begun, and run nowhere."""

    keys: list[tuple[str, str]] = field(default_factory=list)
    woken: list[tuple[str, str]] = field(default_factory=list)

    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        assert arguments == {"consent_id": key}
        self.keys.append((name, key))

    async def wake(self, name: str, key: str) -> None:
        self.woken.append((name, key))

    async def status(self, name: str, key: str) -> JobStatus | None:
        return None


@pytest.fixture
async def ready(desk: Helpdesk) -> Helpdesk:
    """A desk that has all it takes to ask; no mail goes out here."""
    mailer = SmtpMailer(parse_smtp_url("smtp://127.0.0.1:9?tls=none"), "desk@partner.example")
    return replace(desk, site=Site("https://desk.example"), mailer=mailer, jobs=Started())


async def id_of(desk: Helpdesk, name: str = MUELLER) -> str:
    (found,) = await rows(desk.store, select(Organization).where(Organization.display_name == name))
    return str(found.id)


async def asks(desk: Helpdesk, event: str = "press", reason: str = WHY) -> Card:
    return await consent.request(pressed({"organization": await id_of(desk)}, event=event, reason=reason), desk)


async def test_the_customer_is_found_and_the_question_made(ready: Helpdesk) -> None:
    assert (await consent.start(typed("  "), ready)).plain.startswith("Ask a customer")
    assert (await consent.start(typed("müller"), ready)).plain.startswith(f"Ask {MUELLER} to let you look")
    found = await consent.find(pressed(customer="mueller-soehne.example"), ready)
    assert found.plain.startswith(f"Ask {MUELLER}")
    assert await rows(ready.store, select(Consent)) == []


async def test_a_customer_whom_nobody_knows_is_not_asked(ready: Helpdesk) -> None:
    assert (await consent.start(typed("Nobody & Sons Ltd"), ready)).plain.startswith("No customer found")


async def test_asked_it_is_kept_started_and_audited(ready: Helpdesk) -> None:
    card = await asks(ready)
    (kept,) = await rows(ready.store, select(Consent))
    assert card.plain.startswith(f"{MUELLER} is asked to let you look")
    assert "1 administrator" in card.plain
    assert (kept.agent_id, kept.agent_email, kept.reason) == (ANA.person_id, ANA.email, WHY)
    assert ready.jobs.keys == [(JOB, kept.id)]  # type: ignore[attr-defined]
    (row,) = await rows(ready.store, select(AuditRow))
    assert (row.action, row.subject, row.reason, row.outcome) == (
        "consent.ask",
        MUELLER,
        WHY,
        "administrators asked: 1",
    )
    assert row.organization_id == await id_of(ready)


async def test_an_event_worked_on_again_asks_nobody_again(ready: Helpdesk) -> None:
    assert (await asks(ready)).json == (await asks(ready)).json
    assert len(await rows(ready.store, select(Consent))) == len(await rows(ready.store, select(AuditRow))) == 1
    with pytest.raises(AskedAlready):
        await asks(ready, event="another press")


@pytest.mark.parametrize("reason", ["", "too short", "x" * 501, "   \n  "])
async def test_a_question_needs_a_reason(ready: Helpdesk, reason: str) -> None:
    with pytest.raises(BadInput):
        await asks(ready, reason=reason)
    assert await rows(ready.store, select(Consent)) == []


@pytest.mark.parametrize(("missing", "variable"), [("site", "HELPDESK_PUBLIC_URL"), ("mailer", "HELPDESK_SMTP_URL")])
async def test_what_the_operator_must_set_is_named(
    desk: Helpdesk, ready: Helpdesk, missing: str, variable: str
) -> None:
    lacking = replace(ready, **{missing: getattr(desk, missing)})
    for asking in (consent.start(typed(MUELLER), lacking), asks(lacking)):
        with pytest.raises(Refused) as refused:
            await asking
        assert variable in str(refused.value.advice)


async def test_where_long_work_cannot_be_started_nothing_is_left_open(desk: Helpdesk, ready: Helpdesk) -> None:
    with pytest.raises(JobsUnavailable):
        await asks(replace(ready, jobs=desk.jobs))
    assert await rows(desk.store, select(Consent)) == []
    assert (await asks(ready, event="another press")).plain.startswith(MUELLER)


async def test_a_customer_whose_setting_allows_it_is_not_asked(ready: Helpdesk) -> None:
    with pytest.raises(AllowedAlready):
        await consent.request(pressed({"organization": await id_of(ready, ACME)}, reason=WHY), ready)


async def test_a_customer_beyond_the_agents_limit_does_not_exist(ready: Helpdesk) -> None:
    limited = replace(ANA, customers=frozenset({await id_of(ready, ACME)}))
    about = {"organization": await id_of(ready)}
    async with scoped_to(limited, ready, "press", "consent.request") as seen:
        with pytest.raises(NotFound):
            await consent.request(pressed(about, limited, reason=WHY), seen)
        with pytest.raises(NotFound):
            await consent.ask(pressed(about, limited), seen)
        assert (await consent.start(typed(MUELLER, limited), seen)).plain.startswith("No customer found")
    assert await rows(ready.store, select(Consent)) == []


async def test_the_agent_takes_it_back_and_nobody_else_can(ready: Helpdesk) -> None:
    await asks(ready)
    (kept,) = await rows(ready.store, select(Consent))
    with pytest.raises(NotYourConsent):
        await consent.end(pressed({"consent": kept.id}, BO), ready)
    for _ in range(2):
        card = await consent.end(pressed({"consent": kept.id}), ready)
        assert card.plain.startswith(f"The request for {MUELLER} was withdrawn")
    assert (JOB, kept.id) in ready.jobs.woken  # type: ignore[attr-defined]
    actions = [row.action for row in await rows(ready.store, select(AuditRow).order_by(AuditRow.id))]
    assert actions == ["consent.ask", "consent.withdraw"]
