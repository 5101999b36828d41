"""The machine's part of a report (RFC 3464), as servers really write it: run together, torn apart, not folded."""

import re
from collections.abc import Iterator, Mapping, Sequence

from helpdesk.platform.text.address import bare_address, canonical_address, exact_address

LONGEST_VALUE = 2000
MOST_FATES = 60
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,50})[ \t]{0,3}:[ \t]{0,3}(.*)")
_RECIPIENT = ("original-recipient", "final-recipient", "x-actual-recipient")
_OUTCOME = ("action", "status")
_ADDRESS_FIELDS = (*_RECIPIENT, "x-original-recipient", "recipient")
_TYPED = re.compile(r"\s*([\w./-]{1,30})\s*;\s*(.*)", re.DOTALL)
_ANGLED = re.compile(r"<([^<>]{1,320})>")
_LONGEST_ADDRESS = 400
_OF_SMTP = re.compile(r"^[\s<'\"]*smtp:", re.IGNORECASE)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")

Fields = Mapping[str, str]


def read_blocks(text: str) -> tuple[Fields, Sequence[Fields]]:
    """What is said of the mail, and of each recipient: fields by their name in lower case, each on one line."""
    blocks = [block for block in _blocks(text) if block]
    about: dict[str, str] = {}
    recipients: list[dict[str, str]] = []
    for block in blocks:
        has_outcome, has_recipient = any(map(block.get, _OUTCOME)), any(map(block.get, _RECIPIENT))
        if not has_outcome and not has_recipient:
            # Words behind a blank line that belongs to nobody, or fields of the mail.
            (recipients[-1] if recipients and "diagnostic-code" in block else about).update(block)
        elif recipients and _completes(recipients[-1], has_outcome, has_recipient):
            recipients[-1].update(block)
        else:
            recipients.append(block)
        about.setdefault("original-envelope-id", block.get("original-envelope-id", ""))
    return about, recipients[:MOST_FATES]


def _completes(last: Fields, has_outcome: bool, has_recipient: bool) -> bool:
    """Whether a block is the other half of the one before it."""
    is_named, is_told = any(map(last.get, _RECIPIENT)), any(map(last.get, _OUTCOME))
    return (is_named and not is_told and has_outcome and not has_recipient) or (
        is_told and not is_named and has_recipient and not has_outcome
    )


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """A block ends at a blank line, and where a recipient begins again."""
    block: dict[str, str] = {}
    name = ""
    for line in text.replace("\r", "").split("\n"):
        if not line.strip():
            yield block
            block, name = {}, ""
        elif (found := _FIELD.match(line)) and not line[0].isspace():
            name = found[1].lower()
            if name in block and name in (*_RECIPIENT, *_OUTCOME):
                yield block
                block = {}
            block[name] = _one_line(f"{block[name]} {found[2]}" if name in block else found[2])
        elif name and len(block[name]) < LONGEST_VALUE:
            block[name] = _one_line(f"{block[name]} {line}")
        # A line that belongs to no field is passed over.
    yield block


def _one_line(text: str) -> str:
    return " ".join(text[:LONGEST_VALUE].split())


def addresses_of(block: Fields) -> frozenset[str]:
    """Every address that a recipient's block may mean, in lower case; empty where none is written as one."""
    found = (form for name in _ADDRESS_FIELDS for form in _forms(block.get(name, "")))
    return frozenset().union(*map(spellings, found))


def spellings(text: str) -> frozenset[str]:
    """An address in the form that addresses are compared in, with and without quotes: servers add and drop them."""
    plain = plain_address(text)
    local, _, domain = plain.rpartition("@")
    unquoted = exact_address(f"{local[1:-1]}@{domain}") if local.startswith('"') else None
    return frozenset(filter(None, (plain, unquoted)))


def _forms(value: str) -> Iterator[str]:
    """`rfc822; Pat <pat@acme.example>` -> `pat@acme.example`, and what xtext makes of it."""
    typed = _TYPED.match(value)
    if typed and typed[1].lower() in {"x400", "x.400"}:
        return
    address = typed[2] if typed and "@" not in typed[1] else value
    if angled := _ANGLED.findall(address):
        address = angled[-1]
    address = address.partition(" (")[0]
    yield address
    yield _XTEXT.sub(lambda code: chr(int(code[1], 16)), address)
    yield _ESCAPED.sub(lambda code: _letter(int(code[1], 16)), address)


def _letter(number: int) -> str:
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def plain_address(text: str) -> str:
    """In the form that addresses are compared in; empty without an `@`."""
    if "@" not in text or len(text) > _LONGEST_ADDRESS:
        return ""
    address = bare_address(_OF_SMTP.sub("", text))
    if exact := exact_address(address):
        return exact
    # What is written in no form that we know, such as `\pat@acme.example`.
    address = address.replace('"', "").replace("\\", "").strip()
    return canonical_address(address) if "@" in address and not re.search(r"\s", address) else ""


def answer_in(value: str) -> str:
    """`smtp; 550 no such user` -> `550 no such user`; some servers leave the type out."""
    typed = _TYPED.match(value)
    return typed[2].strip() if typed and not typed[1][:1].isdigit() else value.strip()
