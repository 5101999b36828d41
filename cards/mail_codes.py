"""What a mail server meant, in plain words.

Its own words are believed first, then its enhanced code (RFC 3463), at last its reply code (RFC 5321).
"""

from helpdesk.mail.delivery.codes import enhanced_code, reply_code
from helpdesk.mail.delivery.refusal_words import About
from helpdesk.mail.delivery.refusals import judge
from helpdesk.platform.language import Text

# By detail, without the class: 4.2.2 and 5.2.2 are about the same thing.
_DETAIL = {
    "1.0": Text("Something is wrong with the address."),
    "1.1": Text("There is no such mailbox."),
    "1.2": Text("There is no such mail domain."),
    "1.3": Text("The address is not written as an address must be."),
    "1.6": Text("The mailbox has moved, and its new address is not known."),
    "1.8": Text("The mail server does not accept the desk's own address as a sender."),
    "1.10": Text("The domain takes no mail at all."),
    "2.1": Text("The mailbox is disabled."),
    "2.2": Text("The mailbox is full."),
    "2.3": Text("The mail is larger than this mailbox takes."),
    "3.1": Text("The mail server has no room left."),
    "3.2": Text("The mail server takes no mail at the moment."),
    "3.4": Text("The mail is larger than the mail server takes."),
    "4.1": Text("The user's mail server does not answer."),
    "4.2": Text("The connection to the user's mail server broke."),
    "4.4": Text("No mail server was found for the domain."),
    "4.6": Text("The mail went in circles between mail servers."),
    "4.7": Text("The mail was tried for too long, and given up."),
    "7.1": Text("The mail server does not take this mail, by its own rules; often these are about spam."),
    "7.26": Text("The mail server could not make sure that the mail is from us (SPF, DKIM or DMARC)."),
}
_SUBJECT = {
    "1": _DETAIL["1.0"],
    "2": Text("Something is wrong with the mailbox."),
    "3": Text("Something is wrong with the mail server."),
    "4": Text("The mail could not find its way to the user's mail server."),
    "5": Text("The mail servers did not understand each other."),
    "6": Text("The mail server does not take what is in the mail."),
    "7": _DETAIL["7.1"],
}
_SENDER = {f"7.{number}": _DETAIL["7.26"] for number in (20, 21, 22, 23, 27)}
_WAITING = Text("The mail server keeps mail from us waiting, by its own rules; many do so the first time.")
_REPLY = {
    "421": _DETAIL["3.2"],
    "450": Text("The mailbox cannot be used at the moment."),
    "451": Text("The mail server had a fault."),
    "452": _DETAIL["3.1"],
    "550": Text("There is no such mailbox, or it takes no mail from us."),
    "551": _DETAIL["1.1"],
    "552": Text("The mailbox is full, or the mail is too large."),
    "553": _DETAIL["1.3"],
    "554": Text("The mail server does not take this mail."),
}


_ABOUT = {
    About.NO_MAILBOX: _DETAIL["1.1"],
    About.FULL: _DETAIL["2.2"],
    About.DISABLED: _DETAIL["2.1"],
    About.NO_DOMAIN: _DETAIL["1.2"],
    About.PACE: Text("There was too much mail in a short time, to this mailbox or from us."),
    About.SENDER: _DETAIL["1.8"],
    About.SENDER_BLOCKED: _DETAIL["7.1"],
    About.RELAYING: Text("The mail server does not take mail for this address."),
    About.TOO_LARGE: _DETAIL["3.4"],
}


def in_plain_words(code: str | None, answer: str | None) -> Text | None:
    """None where the server was content, or said nothing that a standard gives a meaning."""
    enhanced = code or enhanced_code(answer or "")
    reply = reply_code(answer or "")
    if (enhanced or reply or "5")[0] not in "45":
        return None
    refusal = judge(answer or "", code)
    about_us = enhanced is not None and enhanced.split(".")[1] == "7"
    if refusal.is_permanent is False and (about_us or refusal.about is About.SENDER_BLOCKED):
        return _WAITING
    # Codes of policy say more than their words: which signature was missing.
    if refusal.about in _ABOUT and not (about_us and refusal.about is About.SENDER_BLOCKED):
        return _ABOUT[refusal.about]
    if enhanced and not enhanced.endswith(".0.0"):
        _, subject, detail = enhanced.split(".")
        about = f"{subject}.{detail}"
        return _DETAIL.get(about) or _SENDER.get(about) or _SUBJECT.get(subject)
    return _REPLY.get(reply or "")


def is_temporary(code: str | None, answer: str | None) -> bool:
    return judge(answer or "", code).is_permanent is False
