"""The text of a mail's own parts, decoded and within a bound; a mail that it returns is left out."""

import re
from collections.abc import Iterator
from email.message import Message
from html import unescape

from helpdesk.mail.dsn.parsing import STATUS_TEXT

# A notice is short. What follows it is the mail that came back.
LONGEST_TEXT = 16 * 1024
MOST_TEXT_LINES = 300
_LONGEST_LINE = 1000
_RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/partial"}
_CHARSET = re.compile(r"charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Only those that decode in time that grows with the text: Python knows others, such as punycode.
_CHARSETS = re.compile(
    r"utf-?8|(us-)?ascii|iso-?8859-\d{1,2}|windows-125\d|cp125\d|iso-2022-jp|shift[_-]jis|sjis|cp932|euc-(jp|kr)|"
    r"ks_c_5601-1987|"
    r"cp949|gb2312|gbk|gb18030|big5|koi8-[ru]|latin-?1",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/td)\b[^<>]{0,500}>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head)\b[^<>]{0,500}>[^<]{0,10000}</\1\s{0,5}>", re.IGNORECASE)
_TAG = re.compile(r"<(?:[a-z!/?][^<>]{0,2000})>", re.IGNORECASE)
_ADDRESS_TAG = re.compile(r"<([^<>\s@]{1,64}@[^<>\s@]{1,255})>")
_HERE_IT_COMES = re.compile(
    r"^[\s>*=#-]{0,40}(?:(?:this|below|here|what follows) (?:this line )?(?:is|are) (?:an? |the )?(?:copy|headers|"
    r"your returned)|"
    r"(?:the )?original (?:message|mail)(?: (?:header|text|follows|is |below|attached))|original message\b|"
    r"returned (?:mail|message) follows|unsent message|message (?:text )?follows|start of returned|"
    r"below (?:this line|the next line)|the (?:headers|body|text) of (?:the|your) (?:original )?(?:message|mail)|"
    r"copy of (?:the|your) (?:original )?(?:message|mail)|message header follows|-{0,3} ?header ?-|"
    r"undelivered message|included is a copy|forwarded message|"
    r"(?:received: (?:from|by|\()|return-path: ?<|x-mailer:|dkim-signature:|message-id: ?<|mime-version: ?1))",
    re.IGNORECASE,
)


def own_text(message: Message) -> str:
    """What the mail says itself, up to the copy of another that it brings along; its plain parts where it has any."""
    parts = list(_parts(message))
    plain = [text for kind, text in parts if kind == "text/plain" and text.strip()]
    html = [text for kind, text in parts if kind == "text/html"]
    joined = (
        "\n".join(plain) if len("".join(plain).strip()) > 30 or not html else "\n".join([*plain, *map(_shown, html)])
    )
    return _before_the_copy(joined[:LONGEST_TEXT])


def status_texts(message: Message) -> list[str]:
    """The machine's parts of a report, decoded."""
    return [text for kind, text in _parts(message) if kind == "status"]


def _parts(message: Message) -> Iterator[tuple[str, str]]:
    """The kind and the text of each part that is the mail's own."""
    kind = message.get_content_type()
    if kind in _RETURNED:
        return
    payload = message.get_payload()
    if kind == "message/delivery-status" and isinstance(payload, list):
        yield "status", "\n\n".join(_as_written(block) for block in payload if isinstance(block, Message))
    elif isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part)
    elif kind.startswith("multipart/"):
        # Its boundary was lost on the way: all there is stands in one piece.
        yield "text/plain", _decoded(message)
    elif kind == STATUS_TEXT:
        yield "status", _decoded(message)
    elif kind.startswith("text/") or not message.get("Content-Type"):
        yield kind, _decoded(message)


def _as_written(block: Message) -> str:
    """A block of fields as it stood there: what the parser took for a body are lines without a name."""
    fields = "\n".join(f"{name}: {value}" for name, value in block.items())
    payload = block.get_payload()
    return f"{fields}\n{_readable(payload)}" if isinstance(payload, str) and payload.strip() else fields


def _decoded(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return ""
    if not isinstance(content, bytes):
        return ""
    named = _CHARSET.search(str(part.get("Content-Type", ""))[:400])
    charset = named[1] if named and _CHARSETS.fullmatch(named[1]) else "utf-8"
    try:
        return content[: 2 * LONGEST_TEXT].decode(charset, "replace")
    except LookupError:
        return content[: 2 * LONGEST_TEXT].decode("utf-8", "replace")


def _readable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _shown(html: str) -> str:
    """What a browser shows of it, roughly."""
    text = _UNSEEN.sub(" ", html[: 2 * LONGEST_TEXT])
    text = _ADDRESS_TAG.sub(r" \1 ", _BREAKS.sub("\n", text))
    return unescape(_TAG.sub(" ", text))


def _before_the_copy(text: str) -> str:
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MOST_TEXT_LINES]:
        # A notice has said something before it quotes; some begin with such a line.
        if len(lines) > 2 and _HERE_IT_COMES.match(line[:200]):
            break
        lines.append(line[:_LONGEST_LINE].rstrip())
    return "\n".join(lines).strip("\n")
