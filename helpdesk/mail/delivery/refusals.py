"""What a mail server's refusal means, judged in one place: in the dialogue, in a report, and in what people paste.

The server's own code and words count more than the status that a report puts above them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from helpdesk.mail.delivery.codes import HELD, enhanced_code, is_specific
from helpdesk.mail.delivery.refusal_words import About, read_words
from helpdesk.platform.store.tables.mail import Reason

# As much of an answer as is kept.
LONGEST = 1000
_REPLY = re.compile(
    r"(?:^|[\s:;,'\"<(>#\[])([245]\d\d)(?=[\s:;,)'\"#-]|$)"
    r"(?!\s?(?:bytes|kb|mb|seconds|minutes|hours|days|messages|recipients|characters|lines|octets))",
    re.IGNORECASE,
)
# By these words alone a text says that the mail may still go through later.
_PASSING = {About.PACE, About.ROUTE, About.SERVER}
# What is said of us, of the mail or of the moment: the address has no part in it, whatever the code.
_NOT_THE_ADDRESS = {
    About.SENDER,
    About.PACE,
    About.FULL,
    About.SENDER_BLOCKED,
    About.RELAYING,
    About.TOO_LARGE,
    About.ROUTE,
    About.SERVER,
}
_OF_OUR_REPUTATION = {About.SENDER, About.SENDER_BLOCKED, About.PACE, About.POLICY, About.UNCLEAR}
_ACCESS_DENIED = re.compile(r"recipient address rejected: access denied", re.IGNORECASE)
_TEMPORARY = re.compile(
    r"temporar(?:y|ily) (?:fail|error|problem|unav|defer|unable|disab|suspend|reject)|try again later|will be "
    r"(?:re)?tried|"
    r"still trying|delayed|queue too long|been in the queue|retry time",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is the enhanced code that counts, of the right class; None where not even the class is known.

    `is_permanent` is None where nobody said. `held` is why the address is held back; Reason.BLOCK is only noted.
    """

    about: About
    code: str | None
    is_permanent: bool | None
    held: Reason | None


# A report asks several times about the same answer.
@lru_cache(maxsize=64)
def judge(answer: str, status: str | None = None) -> Refusal:
    """Of a server's `answer`; `status` is what a report says above it, such as `5.1.1`."""
    answer = answer[:LONGEST]
    about = _about(answer)
    spoken, reported = enhanced_code(answer), enhanced_code(status or "")
    code = _deciding(spoken, reported)
    kind = _class(answer, spoken, reported, about)
    if kind is not None and (code is None or code[0] != kind):
        code = f"{kind}.0.0"
    about = _corrected(about, code, answer)
    is_permanent = None if kind is None else kind == "5"
    return Refusal(about, code, is_permanent, _held(about, code, code == spoken) if is_permanent else None)


def _about(answer: str) -> About:
    return About.NO_MAILBOX if _ACCESS_DENIED.search(answer) and "5.4.1" in answer else read_words(answer)


def _deciding(spoken: str | None, reported: str | None) -> str | None:
    """The server's own code, unless the report's is of the same subject or says more."""
    if spoken is None or reported is None:
        return spoken or reported
    if not is_specific(spoken) and is_specific(reported):
        return reported
    return reported if spoken[:4] == reported[:4] and is_specific(reported) else spoken


def _class(answer: str, spoken: str | None, reported: str | None, about: About) -> str | None:
    """`2`, `4` or `5`: by the server's own code, its reply, the report, at last by its words."""
    if spoken:
        return spoken[0]
    if reply := reply_within(answer):
        return reply[0]
    if reported:
        return reported[0]
    if about is About.UNCLEAR:
        return None
    return "4" if about in _PASSING or _TEMPORARY.search(answer) else "5"


def reply_within(answer: str) -> str | None:
    """`host mx.acme.example said: 550 no such user` -> `550`."""
    found = _REPLY.search(answer)
    return found[1] if found else None


def _corrected(about: About, code: str | None, answer: str) -> About:
    """What the code adds to words that leave it open."""
    if about is About.NO_DOMAIN and reply_within(answer) and re.search(r"un?route?able", answer, re.IGNORECASE):
        # Exim's word for a recipient that it would not take: of a domain that it does serve.
        return About.NO_MAILBOX
    if code and code.startswith("5.7.") and about in {About.MAYBE_NO_MAILBOX, About.UNCLEAR}:
        return About.POLICY
    if about in {About.UNCLEAR, About.POLICY} and code == "5.1.351":
        return About.NO_MAILBOX
    return About.FULL if about is About.UNCLEAR and code and code.endswith(".2.2") else about


def _held(about: About, code: str | None, is_spoken: bool) -> Reason | None:
    if about in {About.NO_MAILBOX, About.MAYBE_NO_MAILBOX}:
        return HELD.get(code or "", Reason.BOUNCE)
    if code and code.startswith("5.7."):
        return Reason.BLOCK if about in _OF_OUR_REPUTATION else None
    passing = {About.ROUTE, About.SERVER} if is_spoken else set()
    return HELD.get(code or "") if about not in _NOT_THE_ADDRESS - passing else None
