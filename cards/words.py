"""The words for the domain's values, as the Help Desk tool uses them."""

from helpdesk.directory import UserStatus
from helpdesk.directory.reading import QueryKind
from helpdesk.people.access import Permission, Role
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from helpdesk.proof.gate import Act, Need
from helpdesk.proof.verification import Proof
from helpdesk.search import HitKind

KIND = {
    QueryKind.EMAIL: Text("an email address"),
    QueryKind.ID: Text("an id"),
    QueryKind.PHONE: Text("a phone number"),
    QueryKind.EXTENSION: Text("an extension"),
    QueryKind.MAC: Text("a MAC address"),
    QueryKind.SIP: Text("a SIP address"),
    QueryKind.SERIAL: Text("a serial number"),
    QueryKind.ORDER: Text("an order number"),
    QueryKind.SUBSCRIPTION: Text("a subscription"),
    QueryKind.DOMAIN: Text("a domain or site"),
    QueryKind.NAME: Text("a name"),
}

HIT = {
    HitKind.ORGANIZATION: Text("Customer"),
    HitKind.PERSON: Text("User"),
    HitKind.NUMBER: Text("Number"),
    HitKind.DEVICE: Text("Device"),
    HitKind.ORDER: Text("Order"),
    HitKind.SUBSCRIPTION: Text("Subscription"),
}

# Webex's words for how a device is connected; any other is shown as it stands.
CONNECTION = {
    "connected": Text("connected"),
    "connected_with_issues": Text("connected, with issues"),
    "disconnected": Text("disconnected"),
    "offline_expired": Text("offline for long"),
    "offline_deep_sleep": Text("asleep"),
    "activating": Text("being activated"),
    "unknown": Text("not known"),
}

NUMBER_STATE = {
    "ACTIVE": Text("in service"),
    "INACTIVE": Text("not in service"),
    "AVAILABLE": Text("free"),
    "PENDING": Text("being set up"),
}

# Who has a number that is no person.
OWNER = {
    "PEOPLE": Text("User"),
    "PLACE": Text("Workspace"),
    "AUTO_ATTENDANT": Text("Auto attendant"),
    "CALL_QUEUE": Text("Call queue"),
    "HUNT_GROUP": Text("Hunt group"),
    "PAGING_GROUP": Text("Paging group"),
    "GROUP_PAGING": Text("Paging group"),
    "VOICEMAIL_GROUP": Text("Voicemail group"),
    "VIRTUAL_LINE": Text("Virtual line"),
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
    Reason.UNSUBSCRIBE: Text("The address counts as unsubscribed from our mails."),
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
    Permission.VIEW: Text("look at a customer as its read-only administrator"),
    Permission.ASK_CONSENT: Text("ask customers to let you look at their organization"),
    Permission.READ_EMAIL: Text("see the status of emails"),
    Permission.UNSUPPRESS: Text("clear addresses from the suppression list"),
    Permission.CLEAR_COMPLAINT: Text("clear spam complaints, with a reason"),
    Permission.MAIL_CUSTOMER: Text("have Webex send its welcome mails to a whole customer again"),
    Permission.CLEAR_MANY: Text("clear many addresses at once, with a reason"),
    Permission.SET_POLICY: Text("say which acts need a proven caller"),
    Permission.READ_AUDIT: Text("read in the audit what everybody did"),
    Permission.NAME_AGENTS: Text("say who is an agent, and of which customers"),
}

# What was proven, in words that claim no more than that.
PROVEN = {
    Proof.MAILBOX: Text("Mailbox confirmed, {left} left"),
    Proof.WEBEX: Text("Webex account confirmed, {left} left"),
    Proof.APPROVAL: Text("Vouched for by a second agent, {left} left"),
}

ACT = {
    Act.CLEAR: Text("Clear an address from the suppression list"),
    Act.CLEAR_LIST: Text("Clear a list of more than 5 addresses"),
    Act.RESTORE: Text("Put an entry back on the suppression list"),
    Act.SEND_TEST: Text("Send a test mail"),
    Act.MAIL_CUSTOMER: Text("Have Webex mail a whole customer"),
    Act.VOUCH: Text("Vouch for a caller"),
}

NEED = {
    Need.NOTHING: Text("nothing"),
    Need.CALLER: Text("a code, or a second agent"),
    Need.SECOND_AGENT: Text("a second agent"),
}
