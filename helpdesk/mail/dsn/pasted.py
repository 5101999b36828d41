"""A notice of non-delivery that somebody pasted or sent as a file: whose mail came back, and why.

Nothing is believed of it and nothing is held back for it: it is only put into plain words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from helpdesk.mail.dsn.fields import addresses_of, plain_address
from helpdesk.mail.dsn.prose import failures, has_server_line
from helpdesk.mail.dsn.reading import Fate, Report, blocks_within, read
from helpdesk.mail.dsn.texts import LONGEST_TEXT

MOST_RETURNED = 3
# What a look-up is about is shorter, and costs nothing here.
_SHORTEST = 20
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@|：；，。、]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NEAR = re.compile(
    r"(?:rcpt to|final-recipient|original-recipient|recipient)\b[^@\n]{0,40}?<?" + f"({_ADDRESS.pattern})", re.I
)
_SPEAKS_OF_RETURN = re.compile(
    r"undeliver|delivery (?:has )?(?:failed|status notification|failure)|could(?: not|n't) be delivered|wasn't "
    r"delivered|"
    r"returned (?:mail|to sender|message)|mail delivery|failure notice|remote server (?:returned|said)|diagnostic|"
    r"final-recipient:|in reply to rcpt to|did not reach|mailer-daemon|non remis|unzustellbar|nicht zugestellt|"
    r"n'a pas pu être (?:remis|distribu)|no se (?:ha )?(?:pudo|podido) entregar",
    re.IGNORECASE,
)
_DAEMONS = re.compile(r"mailer-daemon|postmaster|microsoftexchange|mail-daemon|no-?reply", re.IGNORECASE)
_SENDER_LINE = re.compile(r"(?:mail from|sender)\b[^\n]{0,300}", re.IGNORECASE)
_HEADERS = re.compile(r"(?:[A-Za-z][\w-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){3}")
_MOST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail that came back; `address` is empty where none is named."""

    address: str
    fate: Fate


def is_notice(text: str) -> bool:
    """Whether a typed text is such a notice, or a server's answer copied out of one."""
    text = text[:LONGEST_TEXT]
    if len(text.strip()) < _SHORTEST or _is_table(text):
        return False
    is_answer = has_server_line(text) and bool(_ADDRESS.search(text) or re.search(r"\b[45]\d\d[ -]#?[45]\.\d", text))
    has_reason = has_server_line(text) or "\n" in text.strip()
    return is_answer or (has_reason and bool(_SPEAKS_OF_RETURN.search(text)))


def read_pasted(text: str) -> Sequence[Returned]:
    """What the notice tells, of a few recipients at most; never empty."""
    if _HEADERS.match(text.lstrip()) and (found := read_file(text.lstrip().encode())):
        return found
    text = text[:LONGEST_TEXT]
    return _of(Report(sent_to=(), envelope_id=None, at=None, blocks=blocks_within(text), text=text, message=Message()))


def is_mail(content: bytes) -> bool:
    """Whether a file begins with the header of a mail, as mail programs save one."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf\r\n").replace(b"\r\n", b"\n").decode("latin-1")
    return bool(_HEADERS.match(re.sub(r"\AFrom [^\n]*\n", "", start)))


def read_file(content: bytes) -> Sequence[Returned]:
    """Of a mail that was saved as a file; empty where it is none that came back."""
    report = read(content)
    return _of(report) if report else ()


def _of(report: Report) -> list[Returned]:
    addresses = list(islice(dict.fromkeys(_addresses(report)), MOST_RETURNED)) or [""]
    told = ((address, report.fate_of(address, is_its_own=True)) for address in addresses)
    return [Returned(address, fate) for address, fate in told if fate]


def _addresses(report: Report) -> Iterator[str]:
    """Those whose mail came back, the surest way of knowing first; the others only where it finds none."""
    senders = {plain_address(found) for line in _SENDER_LINE.findall(report.text) for found in _ADDRESS.findall(line)}
    for way in (_in_blocks, _in_header, _in_lines, _in_text):
        found = [address for address in way(report) if address not in senders and not _DAEMONS.search(address)]
        if found:
            yield from found
            return


def _in_blocks(report: Report) -> Iterator[str]:
    # Without quotes where both may be meant: most addresses have none.
    yield from (
        min(found, key=lambda one: (one.startswith('"'), one))
        for block in report.blocks
        if (found := addresses_of(block))
    )


def _in_header(report: Report) -> Iterator[str]:
    yield from map(plain_address, _ADDRESS.findall(str(report.message.get("X-Failed-Recipients", ""))[:1000]))


def _in_lines(report: Report) -> Iterator[str]:
    yield from (plain_address(found) for found in _NEAR.findall(report.text))
    yield from (
        plain_address(a) for line in report.text.splitlines() if has_server_line(line) for a in _ADDRESS.findall(line)
    )
    yield from sorted(frozenset().union(*failures(report.message, report.text)))


def _in_text(report: Report) -> Iterator[str]:
    # The first that is named: such texts begin with whom the mail was for.
    yield from islice((plain_address(found) for found in _ADDRESS.findall(report.text)), 1)


def _is_table(text: str) -> bool:
    """A list of addresses with reasons, as consoles export them: that is looked up line by line."""
    rows = [line for line in text.splitlines()[:50] if _ADDRESS.search(line) and re.search(r"[,;\t{]", line)]
    firsts = [
        line
        for line in rows
        if re.match(r"[\s\"'{\[]{0,6}(?:[\w-]{1,20}[\"',;\t:]{1,3}\s?){0,3}[\"']?" + _ADDRESS.pattern, line)
    ]
    return len(firsts) >= _MOST_ROWS
