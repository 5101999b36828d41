"""The words for the domain's values, as the Help Desk tool uses them."""

from helpdesk.access import Permission, Role
from helpdesk.directory import UserStatus
from helpdesk.directory.reading import Kind
from helpdesk.language import Text
from helpdesk.store.tables import DeliveryStatus, Reason
from helpdesk.verification import Proof

KIND = {
    Kind.EMAIL: Text("an email address"),
    Kind.ID: Text("an id"),
    Kind.DOMAIN: Text("a domain or site"),
    Kind.NAME: Text("a name"),
}

USER_STATUS = {
    UserStatus.ACTIVE: Text("Active"),
    UserStatus.VERIFIED: Text("Verified (has not signed in yet)"),
    UserStatus.NOT_VERIFIED: Text("Not verified"),
    UserStatus.INACTIVE: Text("Inactive"),
    UserStatus.PENDING: Text("Pending (invitation not accepted yet)"),
    UserStatus.DELAYED_CLAIM: Text("Delayed claim"),
}

DELIVERY = {
    DeliveryStatus.NONE: Text("None"),
    DeliveryStatus.IN_PROGRESS: Text("In progress"),
    DeliveryStatus.DELIVERED: Text("Delivered"),
    DeliveryStatus.UNKNOWN: Text("Unknown"),
    DeliveryStatus.ERROR: Text("Error"),
}

REASON = {
    Reason.BOUNCE: Text("bounce"),
    Reason.COMPLAINT: Text("spam complaint"),
    Reason.BLOCK: Text("block"),
    Reason.INVALID: Text("invalid address"),
    Reason.UNSUBSCRIBE: Text("unsubscribed"),
    Reason.MANUAL: Text("put there by hand"),
}

REASON_EXPLAINED = {
    Reason.BOUNCE: Text("A mail came back from the user's mail server."),
    Reason.COMPLAINT: Text("The user marked one of our mails as spam."),
    Reason.BLOCK: Text("The user's mail server turned a mail away; later mails are still tried."),
    Reason.INVALID: Text("The address was found to be malformed or without a mail server."),
    Reason.UNSUBSCRIBE: Text("The user unsubscribed from our mails."),
    Reason.MANUAL: Text("An administrator put the address on the list."),
}

ROLE = {
    Role.AGENT: Text("Agent"),
    Role.ADVANCED: Text("Advanced agent"),
    Role.PARTNER_ADMINISTRATOR: Text("Partner administrator"),
}

PERMISSION = {
    Permission.USE_DESK: Text("use this desk"),
    Permission.LOOK_UP: Text("look up users and customers"),
    Permission.VERIFY: Text("verify callers"),
    Permission.OVERRIDE: Text("vouch for a caller at another agent's request"),
    Permission.READ_EMAIL: Text("see the status of emails"),
    Permission.UNSUPPRESS: Text("clear addresses from the suppression list"),
    Permission.CLEAR_COMPLAINT: Text("clear spam complaints, with a reason"),
}

# What was proven, in words that claim no more than that.
PROVEN = {
    Proof.MAILBOX: Text("Mailbox confirmed, {left} left"),
    Proof.WEBEX: Text("Webex account confirmed, {left} left"),
    Proof.APPROVAL: Text("Vouched for by a second agent, {left} left"),
}
