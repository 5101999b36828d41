"""The services, made from the settings."""

from datetime import timedelta

from bot.admin_client import admin_client
from bot.mail_provider import mail_provider
from bot.settings import Settings
from bot.webex.files import WebexAttachments
from bot.webex.messages import Webex
from helpdesk.audit import Audit
from helpdesk.audit.keys import Keys
from helpdesk.directory.index import Directory
from helpdesk.mail import Mailer, NoMailer
from helpdesk.mail.activation import Activation
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.delivery.recording import RecordingMailer
from helpdesk.mail.smtp import SmtpMailer, parse_smtp_url
from helpdesk.people.access import Access
from helpdesk.people.members import Memberships
from helpdesk.people.partner import Partner
from helpdesk.platform.clock import Clock
from helpdesk.platform.heartbeats import this_process
from helpdesk.platform.site import Site
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexClient
from helpdesk.proof.consent.consents import Consents
from helpdesk.proof.consent.links import Links
from helpdesk.proof.verification import Carrier, Proof
from helpdesk.proof.verification.carriers import MailCarrier, WebexCarrier
from helpdesk.proof.verification.codes import Verifications
from helpdesk.services import Helpdesk
from helpdesk.sync.refresh import Refresh
from helpdesk.sync.whole import Sync


def build(settings: Settings, store: Store, client: WebexClient, webex: Webex, secret: str, now: Clock) -> Helpdesk:
    provider = mail_provider(settings, client.session, store, now)
    mailer: Mailer = NoMailer()
    if settings.smtp_url is not None and settings.mail_from is not None:
        server = parse_smtp_url(settings.smtp_url.get_secret_value())
        smtp = SmtpMailer(
            server,
            settings.mail_from,
            settings.bounce_address,
            provider.headers,
            is_told_of=provider.events is not None or not isinstance(provider.delivery, EmbeddedDeliveryLog),
        )
        mailer = RecordingMailer(smtp, store, now)
    carriers: dict[Proof, Carrier] = {Proof.MAILBOX: MailCarrier(mailer), Proof.WEBEX: WebexCarrier(client)}
    admin = admin_client(settings, client)
    keys = Keys.of(secret, settings.earlier_secrets)
    every = timedelta(hours=settings.sync_hours)
    return Helpdesk(
        store=store,
        directory=Directory(store),
        access=Access(
            store,
            settings.partner_admins,
            settings.desk_spaces,
            Memberships(webex.members),
            Partner(settings.partner_orgs, settings.partner_domains, webex.own_organization),
            webex.organization_of,
            now,
            keys,
        ),
        audit=Audit(store, now, timedelta(days=settings.audit_days) if settings.audit_days else None, keys),
        delivery=provider.delivery,
        suppression=provider.suppression,
        verification=Verifications(store, secret, carriers, now=now),
        consent=Consents(store, Links(secret), now),
        refresh=Refresh(store, admin, now) if admin else None,
        sync=Sync(store, admin, this_process(), every, now) if admin else None,
        activation=Activation(store, admin, now) if admin else None,
        mailer=mailer,
        attachments=WebexAttachments(client),
        site=Site(settings.public_url) if settings.public_url else None,
        desk_spaces=settings.desk_spaces,
        emails_kept_for=timedelta(days=settings.email_days),
        now=now,
    )
