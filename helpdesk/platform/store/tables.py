"""The tables. A row is also the domain object: no relationships, nothing lazy, safe after its session.

Keys of what Webex names are the UUID within its id (helpdesk.platform.identifiers); `webex_id` is the id as
Webex gave it. Times are aware UTC. `search_name` is what helpdesk.platform.text.names makes of a name.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Index, SmallInteger, String, TypeDecorator, text
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; SQLite has no type for one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


# Compared byte by byte on both databases, so that both give hits in the same order.
SearchName = String().with_variant(String(collation="C"), "postgresql")


class DeliveryStatus(StrEnum):
    """The tool's five words for what became of a mail."""

    NONE = "none"
    IN_PROGRESS = "in progress"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    ERROR = "error"


class Reason(StrEnum):
    """Why an address is on the suppression list."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    BLOCK = "block"
    INVALID = "invalid"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"


class DomainStatus(StrEnum):
    """`IN_USE` is what people's addresses say; the others are what the customer told Webex."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    IN_USE = "in use"


class RecordSource(StrEnum):
    """Where a record comes from: the import file, or Webex itself."""

    IMPORT = "import"
    SYNC = "sync"


class Sourced(SQLModel):
    """`synced_at` is when its source last said so; `digest` tells whether what Webex says now is what it said then.

    What a sync finds unchanged it does not write: such a record is as fresh as its organization.
    """

    source: str = Field(
        default=RecordSource.IMPORT.value, sa_column_kwargs={"server_default": RecordSource.IMPORT.value}
    )
    synced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest: str | None = None


class Organization(Sourced, table=True):
    """`imported_at` is when a file last told what Webex does not: domains, orders and settings are as old as that."""

    __tablename__ = "organizations"
    id: str = Field(primary_key=True)
    webex_id: str
    display_name: str
    search_name: str = Field(sa_type=SearchName)
    created: datetime | None = Field(default=None, sa_type=UtcDateTime)
    country: str | None = None
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    imported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Domain(SQLModel, table=True):
    __tablename__ = "domains"
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    domain: str = Field(primary_key=True, index=True)
    status: str
    source: str = Field(
        default=RecordSource.IMPORT.value, sa_column_kwargs={"server_default": RecordSource.IMPORT.value}
    )


class WebexSite(SQLModel, table=True):
    __tablename__ = "sites"
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    url: str = Field(primary_key=True, index=True)
    source: str = Field(
        default=RecordSource.IMPORT.value, sa_column_kwargs={"server_default": RecordSource.IMPORT.value}
    )


class Order(SQLModel, table=True):
    """A web order number."""

    __tablename__ = "orders"
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    number: str = Field(primary_key=True, index=True)


class License(Sourced, table=True):
    __tablename__ = "licenses"
    id: str = Field(primary_key=True)
    organization_id: str = Field(index=True, foreign_key="organizations.id", ondelete="CASCADE")
    name: str
    total_units: int | None = None
    consumed_units: int | None = None
    subscription_id: str | None = Field(default=None, index=True)
    site_url: str | None = None


class WebexRole(SQLModel, table=True):
    __tablename__ = "roles"
    id: str = Field(primary_key=True)
    name: str


class Person(Sourced, table=True):
    """`gone_at` is when Webex first said that it does not know this person any more."""

    __tablename__ = "people"
    # One customer's people, by name.
    __table_args__ = (Index("ix_people_within", "organization_id", "search_name", "id"),)
    id: str = Field(primary_key=True)
    webex_id: str
    organization_id: str = Field(foreign_key="organizations.id", ondelete="CASCADE")
    email: str
    display_name: str
    first_name: str | None = None
    last_name: str | None = None
    search_name: str = Field(sa_type=SearchName)
    login_enabled: bool | None = None
    invite_pending: bool | None = None
    account_status: str | None = None
    preferred_language: str | None = None
    created: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_activity: datetime | None = Field(default=None, sa_type=UtcDateTime)
    site_urls: list[str] = Field(default_factory=list, sa_type=JSON)
    phone_numbers: list[str] = Field(default_factory=list, sa_type=JSON)
    features: dict[str, bool] = Field(default_factory=dict, sa_type=JSON)
    extension: str | None = Field(default=None, index=True)
    location: str | None = None
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NameKey(SQLModel, table=True):
    """A key that a person or an organization is found under (helpdesk.search.keys); `id` is theirs."""

    __tablename__ = "name_keys"
    __table_args__ = (
        Index("ix_name_keys_within", "organization_id", "shelf", "key", "name", "id"),
        {"sqlite_with_rowid": False},
    )
    shelf: int = Field(primary_key=True, sa_type=SmallInteger)
    key: str = Field(primary_key=True, sa_type=SearchName)
    name: str = Field(primary_key=True, sa_type=SearchName)
    id: str = Field(primary_key=True, sa_type=SearchName)
    # Of the key for PostgreSQL's sake, which then looks at no row to tell whose a name is.
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")


class NearWord(SQLModel, table=True):
    """A word of some name under a key that it shares with words spelled a little differently."""

    __tablename__ = "near_words"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: str = Field(primary_key=True, sa_type=SearchName)
    word: str = Field(primary_key=True, sa_type=SearchName)


class PersonEmail(SQLModel, table=True):
    """Every address of a person, in lower case, with its domain."""

    __tablename__ = "person_emails"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    address: str = Field(primary_key=True, index=True)
    domain: str = Field(index=True)


class PersonPhone(SQLModel, table=True):
    """Every phone number of a person that can be written in E.164."""

    __tablename__ = "person_phones"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    number: str = Field(primary_key=True, index=True)


class PersonLicense(SQLModel, table=True):
    __tablename__ = "person_licenses"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    license_id: str = Field(primary_key=True, index=True, foreign_key="licenses.id", ondelete="CASCADE")


class PersonRole(SQLModel, table=True):
    __tablename__ = "person_roles"
    person_id: str = Field(primary_key=True, foreign_key="people.id", ondelete="CASCADE")
    role_id: str = Field(primary_key=True, index=True, foreign_key="roles.id", ondelete="CASCADE")


class Device(Sourced, table=True):
    """`mac`, `serial` and `sip_url` are in the one form that helpdesk.directory.reading makes of what is pasted.

    `sip_url` is the first of its SIP addresses, `workspace` the name of the room or desk it stands at.
    """

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_within", "organization_id", "display_name", "id"),)
    id: str = Field(primary_key=True)
    webex_id: str
    organization_id: str = Field(foreign_key="organizations.id", ondelete="CASCADE")
    person_id: str | None = Field(default=None, index=True, foreign_key="people.id", ondelete="SET NULL")
    display_name: str
    product: str | None = None
    type: str | None = None
    serial: str | None = Field(default=None, index=True)
    mac: str | None = Field(default=None, index=True)
    sip_url: str | None = Field(default=None, index=True)
    connection_status: str | None = None
    last_seen: datetime | None = Field(default=None, sa_type=UtcDateTime)
    location: str | None = None
    software: str | None = None
    ip: str | None = None
    workspace: str | None = None


class DeviceSip(SQLModel, table=True):
    """Every SIP address of a device, in the form of `Device.sip_url`; `person_id` is the device's."""

    __tablename__ = "device_sips"
    device_id: str = Field(primary_key=True, foreign_key="devices.id", ondelete="CASCADE")
    sip_url: str = Field(primary_key=True, index=True)
    person_id: str | None = Field(default=None, index=True)


class Number(Sourced, table=True):
    """A phone number in E.164 and whose it is; what has only an extension is kept under that.

    `owner_id` need be no person: a workspace or a hunt group owns numbers too, and `owner_name` says which.
    """

    __tablename__ = "numbers"
    __table_args__ = (Index("ix_numbers_within", "organization_id", "phone_number"),)
    phone_number: str = Field(primary_key=True)
    organization_id: str = Field(primary_key=True, foreign_key="organizations.id", ondelete="CASCADE")
    owner_id: str | None = Field(default=None, index=True)
    state: str | None = None
    extension: str | None = Field(default=None, index=True)
    location: str | None = None
    owner_name: str | None = None
    owner_type: str | None = None


class EmailEvent(SQLModel, table=True):
    """One mail to an address and what is known of its fate; `status` is a DeliveryStatus, known since `told_at`.

    `token` is ours, in the mail's envelope or headers; `message_id` the provider's. `detail` is the receiving
    server's answer, `code` the enhanced status code in it. `told_by` says who told.
    """

    __tablename__ = "email_events"
    __table_args__ = (Index("ix_email_events_address_sent_at", "address", "sent_at"),)
    id: str = Field(primary_key=True)
    address: str
    subject: str | None = None
    sent_at: datetime = Field(index=True, sa_type=UtcDateTime)
    status: str
    detail: str | None = None
    code: str | None = None
    token: str | None = Field(default=None, unique=True)
    message_id: str | None = Field(default=None, index=True)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_by: str | None = None


class Suppression(SQLModel, table=True):
    """Why mail to an address is held; `reason` is a Reason. One row a reason."""

    __tablename__ = "suppressions"
    address: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: str | None = None


class LiftedSuppression(SQLModel, table=True):
    """An entry that was taken off the suppression list, as it was, so that it can be put back.

    `event_id` is of the event that took it off; `undone_event_id` of the one that puts it back, at `undone_at`.
    """

    __tablename__ = "lifted_suppressions"
    event_id: str = Field(primary_key=True)
    address: str = Field(primary_key=True, index=True)
    number: int = Field(primary_key=True)
    reason: str
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: str | None = None
    list_name: str = ""
    is_blocking: bool = True
    lifted_at: datetime = Field(index=True, sa_type=UtcDateTime)
    lifted_by: str
    undone_event_id: str | None = None
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = None


class TrialMail(SQLModel, table=True):
    """A mail of our own that shows whether mail reaches a user.

    `outcome` is empty until the mail server has answered: after a crash the mail may have gone out, or not.
    """

    __tablename__ = "trial_mails"
    event_id: str = Field(primary_key=True)
    address: str = Field(index=True)
    asked_by: str
    asked_at: datetime = Field(index=True, sa_type=UtcDateTime)
    outcome: str | None = None
    answer: str | None = None


class Verification(SQLModel, table=True):
    """One code (or one approval) and what became of it. The code itself is never stored.

    `sent_at` is when it certainly went out, `failed_at` when it certainly did not; with neither it may have.
    """

    __tablename__ = "verifications"
    __table_args__ = (Index("ix_verifications_person_id_created_at", "person_id", "created_at"),)
    id: str = Field(primary_key=True)
    person_id: str
    agent_id: str = Field(index=True)
    space_id: str
    purpose: str
    proof: str
    event_id: str = Field(unique=True)
    code_hmac: str | None = None
    tries: int = 0
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approver_id: str | None = None
    reason: str | None = None


class VerificationFailure(SQLModel, table=True):
    """A wrong code. Counted per person over every code and every agent."""

    __tablename__ = "verification_failures"
    __table_args__ = (
        Index("ix_verification_failures_person_id_at", "person_id", "at"),
        Index("ix_verification_failures_agent_id_at", "agent_id", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: str
    agent_id: str
    at: datetime = Field(index=True, sa_type=UtcDateTime)


class GateRule(SQLModel, table=True):
    """What a partner administrator decided about an act; an act without a row is under its default (gate)."""

    __tablename__ = "gate_rules"
    act: str = Field(primary_key=True)
    need: str
    is_told: bool


class Agent(SQLModel, table=True):
    """Someone named as an agent, or removed, whether or not they were named; `role` is a helpdesk.people.access.Role.

    A removed agent keeps the row: being in a desk space must not make them one again.
    """

    __tablename__ = "agents"
    email: str = Field(primary_key=True)
    role: str
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AgentCustomer(SQLModel, table=True):
    """A customer that a named agent is limited to; who has no row here sees all of them.

    It outlives the customer: were it to go with it, who was limited to that one would see all others.
    """

    __tablename__ = "agent_customers"
    email: str = Field(primary_key=True, foreign_key="agents.email", ondelete="CASCADE")
    organization_id: str = Field(primary_key=True)


class AgentAccount(SQLModel, table=True):
    """The Webex account that an address was first used with as an agent; `person_id` and `organization_id` are keys.

    Released, the next account of the partner's that comes with the address takes its place.
    """

    __tablename__ = "agent_accounts"
    email: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    organization_id: str | None = None
    bound_at: datetime = Field(sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeRow(SQLModel, table=True):
    """What partner administrators are told (notices); `batch` is the job that tells it, since `taken_at`."""

    __tablename__ = "notices"
    key: str = Field(primary_key=True)
    kind: str
    about: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    urgency: str
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    batch: str | None = Field(default=None, index=True)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SpaceChange(SQLModel, table=True):
    """How often a process was told that somebody came into a desk space or went; `space` is the key of its id."""

    __tablename__ = "space_changes"
    space: str = Field(primary_key=True)
    changes: int


class Preference(SQLModel, table=True):
    """What a person who uses the desk has chosen for themself."""

    __tablename__ = "preferences"
    person_id: str = Field(primary_key=True)
    language: str


class AuditRow(SQLModel, table=True):
    """One act: who, what, on whom, in which customer, why, with what outcome, when. Only ever appended to.

    Ids leave no gap. `hash` ties it to the row before it (helpdesk.audit.chain), under the key that `key_id` names.
    `pseudonyms` are those of the addresses in its texts, which may take their place (helpdesk.audit.names).
    """

    __tablename__ = "audit"
    # However often an event is worked on, what came of it is told once.
    __table_args__ = (Index("ix_audit_once", "event_id", "action", "subject", "outcome", unique=True),)
    id: int = Field(primary_key=True)
    at: datetime = Field(index=True, sa_type=UtcDateTime)
    actor: str = Field(index=True)
    action: str
    subject: str = Field(index=True)
    organization_id: str | None = Field(default=None, index=True)
    reason: str | None = None
    outcome: str
    event_id: str
    hash: str
    key_id: str
    pseudonyms: str


class AuditHead(SQLModel, table=True):
    """One row: where the audit's chain ends, and how far its beginning was removed, as policy said.

    `removed_hash` is of the last row that was removed, which the chain goes on from.
    """

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    last_id: int
    last_hash: str
    removed_to: int = 0
    removed_hash: str = ""
    key_id: str = ""
    signature: str = ""


class ToldHead(SQLModel, table=True):
    """A head of the audit that was told outside, signed (helpdesk.audit.heads); `at` is when."""

    __tablename__ = "audit_heads_told"
    last_id: int = Field(primary_key=True)
    last_hash: str
    at: datetime = Field(sa_type=UtcDateTime)
    key_id: str
    signature: str


class RefusedTry(SQLModel, table=True):
    """How often somebody was refused in one hour, until that is a row of the audit (helpdesk.audit.refused)."""

    __tablename__ = "refused_tries"
    hour: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    kind: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    count: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)


class ClaimedEvent(SQLModel, table=True):
    """An event from Webex; `claimed_by` is the process that works on it, empty while it waits for one.

    `lane` is who did it and in which space; `done_at` is empty until it was answered.
    """

    __tablename__ = "claimed_events"
    __table_args__ = (
        # Of all that was ever heard, little is open: looking for it is looking into these few.
        Index(
            "ix_claimed_events_open",
            "lane",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )
    event_id: str = Field(primary_key=True)
    activity: dict[str, Any] = Field(sa_type=JSON)
    lane: str = ""
    received_at: datetime = Field(index=True, sa_type=UtcDateTime)
    claimed_by: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None


class SpentToken(SQLModel, table=True):
    """A button that may be used once, and the press that used it."""

    __tablename__ = "spent_tokens"
    nonce: str = Field(primary_key=True)
    event_id: str
    spent_at: datetime = Field(index=True, sa_type=UtcDateTime)


class CompletedAct(SQLModel, table=True):
    """What an act with an effect came to, so that the same event, worked on again after a crash, does not repeat it."""

    __tablename__ = "acts"
    event_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    result: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(index=True, sa_type=UtcDateTime)


class Process(SQLModel, table=True):
    """A running `helpdesk run`; `seen_at` is when it last said that it is alive."""

    __tablename__ = "processes"
    name: str = Field(primary_key=True)
    transport: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class SyncRun(SQLModel, table=True):
    """One sync of everything: its holder counts `beats` for as long as it lives; another goes on where it ended."""

    __tablename__ = "sync_runs"
    id: int = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    holder: str | None = None
    beats: int = 0


class SyncedOrganization(SQLModel, table=True):
    """What became of one organization in a run; `failures` (helpdesk.sync.Failure) are parts that were not read."""

    __tablename__ = "synced_organizations"
    run_id: int = Field(primary_key=True, foreign_key="sync_runs.id", ondelete="CASCADE")
    organization_id: str = Field(primary_key=True)
    name: str
    read: int
    written: int
    removed: int
    left_out: int
    failures: list[dict[str, Any]] = Field(sa_type=JSON)
    ended_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def is_in_order(self) -> bool:
        return all(each.get("is_bearable") for each in self.failures)


class BulkRun(SQLModel, table=True):
    """A list of addresses that an agent gave to be cleared; `state` is a helpdesk.bulk.State.

    Times and the reason are empty until it gets there. `stopped` says why it ended before its last address, in words
    of helpdesk.bulk.Stop. Where a second agent was asked to approve it, at `asked_at`, `lines_hash` is of the lines
    they are shown, and `approved_by` the address of who did. `clears_complaints` is of earlier releases: no list
    clears complaints any more.
    """

    __tablename__ = "bulk_runs"
    id: str = Field(primary_key=True)
    agent_id: str
    agent_email: str
    space_id: str
    thread_id: str
    is_direct: bool
    heading: str = ""
    state: str
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    confirmed_by: str | None = None
    reason: str | None = None
    clears_complaints: bool = False
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lines_hash: str | None = None
    approved_by: str | None = None
    stopped: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BulkItem(SQLModel, table=True):
    """A line of such a list: what was read there, what the suppression list said of it, what became of it.

    `prospect` and `outcome` are of helpdesk.bulk; `reasons` are those it was listed for.
    """

    __tablename__ = "bulk_items"
    run_id: str = Field(primary_key=True, foreign_key="bulk_runs.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    line: int
    text: str
    address: str | None = None
    prospect: str | None = None
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    outcome: str | None = None


class ViewLink(SQLModel, table=True):
    """A link that opens a customer's view once, for the agent it was sent to; only a hash of its token is kept.

    `until` is when the consent ends that it stands on.
    """

    __tablename__ = "view_links"
    token_hash: str = Field(primary_key=True)
    agent_id: str = Field(index=True)
    agent_email: str
    organization_id: str
    grant_id: str
    until: datetime = Field(sa_type=UtcDateTime)
    lapses_at: datetime = Field(index=True, sa_type=UtcDateTime)
    spent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ViewSession(SQLModel, table=True):
    """A customer's view, open in one browser, which has the secret that only a hash is kept of.

    `ended_for` is a helpdesk.proof.view.End: once it is there, the view stays closed.
    """

    __tablename__ = "view_sessions"
    id: str = Field(primary_key=True)
    secret_hash: str
    agent_id: str
    agent_email: str
    organization_id: str
    grant_id: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(index=True, sa_type=UtcDateTime)
    ended_for: str | None = None


class Consent(SQLModel, table=True):
    """One agent's leave to look at one customer's organization: asked for, or taken on the customer's setting.

    `state` is a helpdesk.proof.consent.State, `source` a helpdesk.proof.consent.Source. `answered_by` and `ended_by`
    are numbers of the administrators who were asked; the agent, the clock or the desk has none.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_of", "agent_id", "organization_id"),
        Index("ix_consents_organization_id_asked_at", "organization_id", "asked_at"),
    )
    id: str = Field(primary_key=True)
    event_id: str = Field(unique=True)
    organization_id: str
    organization_name: str
    agent_id: str
    agent_email: str
    source: str
    reason: str
    state: str
    asked_at: datetime = Field(index=True, sa_type=UtcDateTime)
    lapses_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: int | None = None
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: int | None = None
    space_id: str = ""
    thread_id: str = ""
    is_direct: bool = False


class ConsentAdministrator(SQLModel, table=True):
    """An administrator who was asked, as the directory knew them; `mailed_at`: the question went out, or may have."""

    __tablename__ = "consent_administrators"
    consent_id: str = Field(primary_key=True, foreign_key="consents.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    person_id: str
    email: str
    name: str
    language: str | None = None
    mailed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
