"""All services of the desk in one record, for those who hand them out."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from helpdesk.mail import Mailer, NoMailer
from helpdesk.platform.attachments import Attachments, NoAttachments
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.jobs import NoJobs, Starter

if TYPE_CHECKING:
    from helpdesk.audit import Audit
    from helpdesk.directory import Refresher
    from helpdesk.directory.index import Directory
    from helpdesk.mail.activation import Activation
    from helpdesk.mail.delivery import DeliveryLog
    from helpdesk.mail.suppression import SuppressionList
    from helpdesk.people.access import Access
    from helpdesk.platform.site import Site
    from helpdesk.platform.store import Store
    from helpdesk.proof.consent.consents import Consents
    from helpdesk.proof.verification.codes import Verifications
    from helpdesk.sync.whole import Sync


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """The services a handler receives.

    `refresh`, `sync` and `activation` need Webex's admin APIs, `site` an address of ours: missing without.
    `emails_kept_for` is None for the usual time.
    """

    store: "Store"
    directory: "Directory"
    access: "Access"
    audit: "Audit"
    delivery: "DeliveryLog"
    suppression: "SuppressionList"
    verification: "Verifications"
    consent: "Consents"
    refresh: "Refresher | None" = None
    sync: "Sync | None" = None
    activation: "Activation | None" = None
    mailer: Mailer = field(default_factory=NoMailer)
    jobs: Starter = field(default_factory=NoJobs)
    attachments: Attachments = field(default_factory=NoAttachments)
    site: "Site | None" = None
    desk_spaces: tuple[str, ...] = ()
    emails_kept_for: timedelta | None = None
    now: Clock = utc_now
