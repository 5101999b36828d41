"""What a notice says in prose about one address: the server's own line where it quotes one, else its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

import structlog
from flufl.bounce import all_failures

from helpdesk.mail.delivery.refusal_words import About
from helpdesk.mail.delivery.refusals import Refusal, judge
from helpdesk.mail.dsn.fields import plain_address

_ANSWER = 1000
# A letter costs about a microsecond: every list of words is searched for in it.
_LONGEST_JUDGED = 600
_MOST_LETTERS = 10_000
_AROUND_ADDRESS = 12
_LINES_OF_AN_ANSWER = 4
_MOST_CANDIDATES = 12
# flufl.bounce tries some twenty patterns on each line.
_FOR_FLUFL = 120
_REPLY_LINE = re.compile(
    r"(?:^|[\s:;,'\"<(>#\[])[45]\d\d(?:[ -]{1,2}#?[45]\.\d{1,3}\.\d{1,3}|[ -]+[A-Za-z<\"'*])|"
    r"#?\b[45]\.[0-7]\.\d{1,3}\b(?!\.\d)"
)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@]{1,64}@[\w.-]{1,255}")
_BEGINS_ANOTHER = re.compile(r"\s{0,8}(?:<?[^\s<>@]{1,64}@[\w.-]{1,255}>?|[45]\d\d |>>>|Giving up|-{3,})")
# Words that a notice uses of itself, and that say nothing of the reason.
_CLEAR = set(About) - {About.UNCLEAR, About.POLICY, About.SERVER, About.SYNTAX, About.MOVED}


@dataclass(frozen=True, slots=True)
class Words:
    """The `answer` found, as it stands there, and what it means."""

    answer: str
    refusal: Refusal


def has_server_line(text: str) -> bool:
    return any(_REPLY_LINE.search(line) for line in text.splitlines())


def read_prose(text: str, address: str) -> Words | None:
    """What the notice says of `address`, else at all; None where no reason can be understood."""
    lines = text.splitlines()
    reader = _Reader()
    best: Words | None = None
    for window in (*_windows(lines, address), lines):
        for candidate in _candidates(window):
            refusal = reader.judge(candidate)
            if refusal.about is not About.UNCLEAR:
                return Words(candidate[:_ANSWER], refusal)
            best = best or (Words(candidate[:_ANSWER], refusal) if refusal.code else None)
        if words := reader.read_words(window):
            # A server's line that names the class, with the reason in words beside it.
            return Words(words.answer, judge(f"{words.answer} {best.answer}")) if best else words
    return best


class _Reader:
    """Judges the lines of one notice, until it has seen so many letters that the processor is needed elsewhere."""

    def __init__(self) -> None:
        self._letters_left = _MOST_LETTERS

    def judge(self, text: str) -> Refusal:
        text = text[:_LONGEST_JUDGED]
        if self._letters_left < len(text):
            return judge("")
        self._letters_left -= len(text)
        return judge(text)

    def read_words(self, lines: Sequence[str]) -> Words | None:
        """The first line whose words name a reason, alone or with the next: a sentence may be broken anywhere."""
        told = [line.strip() for line in lines if line.strip()]
        for number, line in enumerate(told):
            both = " ".join(told[number : number + 2])
            refusal = self.judge(both)
            if refusal.about in _CLEAR:
                alone = judge(line[:_LONGEST_JUDGED])
                return Words(line[:_ANSWER], alone) if alone.about is refusal.about else Words(both[:_ANSWER], refusal)
        return None


def _windows(lines: Sequence[str], address: str) -> Iterator[Sequence[str]]:
    """The lines about `address`, from where it is named to where another is."""
    named = [number for number, line in enumerate(lines) if address in line.lower()][:4]
    for start in named:
        end = next(
            (number for number in range(start + 1, len(lines)) if _names_another(lines[number], address)), len(lines)
        )
        yield lines[start : min(end, start + _AROUND_ADDRESS)]


def _names_another(line: str, address: str) -> bool:
    """Whether another recipient's part begins: its address stands first on the line."""
    found = _ADDRESS.search(line[:200])
    return found is not None and found.start() < 6 and address not in line.lower()


def _candidates(lines: Sequence[str]) -> Iterator[str]:
    """Lines that hold a server's reply, each with those that go on with it."""
    count = 0
    for number, line in enumerate(lines):
        if count == _MOST_CANDIDATES:
            return
        if _REPLY_LINE.search(line):
            count += 1
            yield _joined(lines[number : number + _LINES_OF_AN_ANSWER])


def _joined(lines: Sequence[str]) -> str:
    """Up to the first blank line, on one; from the server's words on, where a notice introduces them."""
    told: list[str] = []
    for line in lines:
        if not line.strip() or (told and _BEGINS_ANOTHER.match(line)):
            break
        told.append(line.strip())
    text = " ".join(told)
    return re.sub(
        r"^.{0,200}?(?:said|returned was|responded|response was|reply was|server:|answered):?\s+(?=[45]\d\d)", "", text
    )


def failures(message: Message, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses that flufl.bounce finds, of mails that are still tried and of those that failed.

    It is given the text and four headers alone: its patterns were not made for mails that mean harm.
    """
    small = Message()
    for name in ("From", "Subject", "X-Mailer", "X-Failed-Recipients"):
        if value := message.get(name):
            small[name] = " ".join(str(value)[:300].split())
    small["Content-Type"] = "text/plain"
    small.set_payload("\n".join(line[:300] for line in text.splitlines()[:_FOR_FLUFL]))
    try:
        temporary, permanent = all_failures(small)
    except Exception as error:  # whatever its patterns trip over, the notice is still read without it
        structlog.get_logger().info("bounce_detector_failed", error=type(error).__name__)
        return frozenset(), frozenset()
    return _plain(temporary), _plain(permanent)


def _plain(found: frozenset[bytes]) -> frozenset[str]:
    return frozenset(filter(None, (plain_address(address.decode("utf-8", "replace")) for address in found)))
