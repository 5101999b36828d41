"""Which tables hold what about people, whether a row is about them or only names them, and when it lapses.

A test walks all tables: one that is neither here nor in NOT_PERSONAL fails it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import SQLModel

from helpdesk.platform.store.tables.audit import AuditHead, AuditRow, RefusedTry, ToldHead
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.platform.store.tables.directory import (
    Device,
    DeviceSip,
    Domain,
    License,
    Number,
    Order,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonPhone,
    PersonRole,
    WebexRole,
    WebexSite,
)
from helpdesk.platform.store.tables.events import ClaimedEvent, CompletedAct, Process, SpentToken
from helpdesk.platform.store.tables.mail import EmailEvent, LiftedSuppression, Suppression, TrialMail
from helpdesk.platform.store.tables.people import Agent, AgentAccount, AgentCustomer, NoticeRow, Preference, SpaceChange
from helpdesk.platform.store.tables.proof import (
    Consent,
    ConsentAdministrator,
    GateRule,
    Verification,
    VerificationFailure,
    ViewLink,
    ViewSession,
)
from helpdesk.platform.store.tables.search import NameKey, NearWord
from helpdesk.platform.store.tables.sync import SyncedOrganization, SyncRun


@dataclass(frozen=True, slots=True)
class Holding:
    """`called` is its name in an export.

    Rows with the person in one of `whose` are about them, and go with them. In all others, they may be named in
    `words`: columns of a name, a text or JSON. Where one of `owned_by` is filled, such a row is somebody's: either all
    of its `words` are this person's, or none. `within` names the column of the customer, where only those of the
    person's own customers are looked through.

    `lapses` is of helpdesk.platform.retention.LAPSING; without one, `kept` says why.
    """

    model: type[SQLModel]
    called: str
    whose: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    owned_by: tuple[str, ...] = ()
    within: str = ""
    lapses: str = ""
    kept: str = ""


_DIRECTORY = "as long as Webex or the import file has them: a sync removes who is gone there"
_FOUND_BY = "goes with the name it is made of"
_AGENT = "as long as they are an agent"

HOLDINGS: tuple[Holding, ...] = (
    Holding(Person, "people", whose=("id",), kept=_DIRECTORY),
    Holding(PersonEmail, "addresses", whose=("person_id",), kept=_DIRECTORY),
    Holding(PersonPhone, "phone numbers", whose=("person_id",), kept=_DIRECTORY),
    Holding(PersonLicense, "licenses", whose=("person_id",), kept=_DIRECTORY),
    Holding(PersonRole, "roles", whose=("person_id",), kept=_DIRECTORY),
    # Without its digest, the next sync reads a device anew.
    Holding(
        Device,
        "devices",
        words=("person_id", "display_name", "sip_url", "ip", "digest"),
        owned_by=("person_id",),
        within="organization_id",
        kept=_DIRECTORY,
    ),
    Holding(DeviceSip, "SIP addresses", whose=("person_id",), kept=_DIRECTORY),
    Holding(Number, "numbers", whose=("owner_id",), kept=_DIRECTORY),
    Holding(EmailEvent, "emails", whose=("address",), words=("subject", "detail"), lapses="emails"),
    Holding(
        Suppression,
        "suppressed addresses",
        words=("address", "detail"),
        kept="until it is cleared: without it, mail would go to who complained or where none arrives",
    ),
    Holding(
        LiftedSuppression,
        "cleared suppressions",
        whose=("address",),
        words=("detail", "lifted_by", "undone_by"),
        lapses="lifted suppressions",
    ),
    Holding(TrialMail, "test mails", whose=("address",), words=("asked_by", "answer"), lapses="test mails"),
    Holding(
        Verification,
        "verifications",
        whose=("person_id",),
        words=("agent_id", "approver_id", "reason"),
        lapses="codes",
    ),
    Holding(VerificationFailure, "wrong codes", whose=("person_id",), words=("agent_id",), lapses="wrong codes"),
    Holding(Agent, "agents", whose=("email",), words=("added_by",), kept=_AGENT),
    Holding(AgentAccount, "accounts of agents", whose=("email", "person_id"), kept=_AGENT),
    Holding(NoticeRow, "notices", words=("key", "about"), lapses="notices"),
    Holding(AgentCustomer, "customers of agents", whose=("email",), kept=_AGENT),
    Holding(
        Preference,
        "preferences",
        whose=("person_id",),
        kept="a language alone, under an id, for the next time they write",
    ),
    Holding(ClaimedEvent, "events", words=("activity", "lane"), lapses="events"),
    Holding(CompletedAct, "acts", words=("name", "result"), lapses="acts"),
    Holding(SyncedOrganization, "problems of the sync", words=("failures",), kept="until the next sync but one"),
    Holding(
        BulkRun,
        "lists",
        words=("agent_id", "agent_email", "heading", "confirmed_by", "reason"),
        lapses="lists of addresses",
    ),
    Holding(BulkItem, "lines of lists", whose=("address",), words=("text",), lapses="lists of addresses"),
    Holding(ViewLink, "links to views", words=("agent_id", "agent_email"), lapses="links to views"),
    Holding(ViewSession, "views", words=("agent_id", "agent_email"), lapses="views"),
    Holding(Consent, "consents", words=("agent_id", "agent_email", "reason"), lapses="consents"),
    Holding(
        ConsentAdministrator,
        "administrators asked",
        words=("person_id", "email", "name"),
        owned_by=("person_id", "email"),
        lapses="consents",
    ),
)
NOT_PERSONAL: Mapping[type[SQLModel], str] = {
    Organization: "a customer, no person",
    Domain: "a customer's",
    WebexSite: "a customer's",
    Order: "a customer's",
    License: "a customer's",
    WebexRole: "the name of a role",
    GateRule: "rules alone",
    AuditHead: "where the audit ends",
    SpentToken: "random numbers",
    Process: "machines and times",
    SyncRun: "times alone",
    ToldHead: "where the audit ended",
    SpaceChange: "counts of spaces",
}
# These follow others by themselves: the index of names whatever is done to names, and the audit by its own way.
FOLLOWED: Mapping[type[SQLModel], str] = {
    NameKey: _FOUND_BY,
    NearWord: _FOUND_BY,
    RefusedTry: "an hour, until it is a row of the audit",
    AuditRow: "HELPDESK_AUDIT_DAYS; who is forgotten has a pseudonym there",
}
