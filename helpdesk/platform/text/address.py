"""Email addresses as people paste them, made into the one form we store and compare.

That form is lower case, with the domain in ASCII (helpdesk.platform.text.domains). Everything that parses or compares
an address uses this module; what people read is made by helpdesk.platform.text.showing, which shows the domain in
Unicode.

The part before the @ is what real mail has: dots at any place, letters of any script, and quoted text. Refused is what
could reach anybody else: control characters, commas, brackets, a second @, and letters that pass for others.
"""

import re
import unicodedata

from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.text.domains import canonical_domain, unicode_domain
from helpdesk.platform.text.lookalikes import could_be_taken_for_latin, mixes_lookalikes
from helpdesk.platform.text.pasted import clean

LONGEST = 254
_LONGEST_LOCAL = 64
_ATEXT = r"A-Za-z0-9!#$%&'*+\-/=?^_`{|}~"
_ASCII_LOCAL = re.compile(rf"\.*[{_ATEXT}][{_ATEXT}.]*")
_DOT_ATOM = re.compile(rf"[{_ATEXT}]+(\.[{_ATEXT}]+)*")
# Of RFC 5321's quoted string, all but what other software takes for the end of the address or of a list.
_QUOTED_LOCAL = re.compile(r'"((?:[^"\\@,;<>\x00-\x1f\x7f]|\\["\\])*)"')
_ESCAPED = re.compile(r'\\(["\\])')
# `Pat <pat@acme.example>;`, but not two of them.
_ANGLED = re.compile(r"([^<>]*)<([^<>]*)>[^<>@]*")
_AROUND = " \"'“”‘’«»„`*()[]{}<>,;:"
_BEHIND = _AROUND + ".!?。"
# The quotes of a quoted local part are no wrapping.
_QUOTED_WITHIN = re.compile(
    rf'[{re.escape(_AROUND)}]*(?:mailto:)?({_QUOTED_LOCAL.pattern}@[^\s"@<>,;]{{1,{LONGEST}}}?)[{re.escape(_BEHIND)}]*',
    re.IGNORECASE,
)


def parse_address(text: str) -> str:
    """The canonical address. Raises BadInput unless `text` is exactly one address.

    Takes what a mail client copies: `mailto:`, angle brackets with a name before them, quotes and
    punctuation around, invisible characters within.
    """
    bare = bare_address(text)
    if not bare:
        raise BadInput(Text("An email address is missing."), Text("Type one address, like pat@acme.example."))
    address = exact_address(bare)
    if address is None:
        shown = bare if len(bare) <= LONGEST else bare[:40] + "…"
        raise BadInput(
            Text("“{text}” is not an email address.", text=shown), Text("Type one address, like pat@acme.example.")
        )
    return address


def read_address(text: str) -> str | None:
    """The canonical address; None unless `text` is exactly one, with any wrapping."""
    return exact_address(bare_address(text))


def exact_address(text: str) -> str | None:
    """The canonical address; None unless `text` is one in any spelling, without anything around it."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST + 1:
        return None
    name, host = _canonical_local(local), canonical_domain(domain)
    if name is None or host is None or len(name.encode()) > _LONGEST_LOCAL:
        return None
    if not name.isascii() and (mixes_lookalikes(name) or (domain.isascii() and could_be_taken_for_latin(name))):
        return None
    address = f"{name}@{host}"
    return address if len(address.encode()) <= LONGEST else None


def canonical_address(text: str) -> str:
    """The canonical form of an address that another system told us; text that is none only gets lower case."""
    return exact_address(text) or text.lower()


def is_address(text: str) -> bool:
    return exact_address(text) is not None


def ascii_domain(address: str) -> str:
    """The address with its domain in ASCII and the part before the @ as it stands: servers may tell capitals apart."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{canonical_domain(domain) or domain}"


def domain_of(address: str) -> str:
    """The domain of an address in any spelling, in its canonical form."""
    domain = address.rpartition("@")[2]
    return canonical_domain(domain) or domain.lower()


def address_spellings(address: str) -> tuple[str, ...]:
    """How another system may have spelled an address: as it is, as we store it, and with its domain in Unicode."""
    canonical = canonical_address(address)
    local, at, domain = canonical.rpartition("@")
    return tuple(dict.fromkeys((address, canonical, f"{local}{at}{unicode_domain(domain)}")))


def bare_address(text: str) -> str:
    """`Pat <mailto:pat@acme.example?subject=x>` -> `pat@acme.example`; other text only loses its wrapping."""
    text = clean(text)
    if angled := _ANGLED.fullmatch(text):
        name, inside = angled.groups()
        # With another address before it, this is not one address but two.
        if "@" not in name or _unwrapped(inside).lower() in name.lower():
            text = inside
    return _unwrapped(text)


def _canonical_local(local: str) -> str | None:
    if local.isascii() and _ASCII_LOCAL.fullmatch(local):
        return local.lower()
    if quoted := _QUOTED_LOCAL.fullmatch(local):
        return _canonical_quoted(quoted[1])
    plain = unicodedata.normalize("NFC", local)
    # Letters of any script count like the x.
    in_ascii = "".join("x" if _is_word(letter) else letter for letter in plain)
    # What its compatible form would change is two addresses to the eye of some software.
    is_stable = unicodedata.is_normalized("NFKC", plain)
    return _lower(plain) if is_stable and _ASCII_LOCAL.fullmatch(in_ascii) else None


def _canonical_quoted(inside: str) -> str | None:
    """RFC 5321: text that needs no quotes is the same mailbox without them."""
    content = _ESCAPED.sub(r"\1", inside)
    letters = (letter for letter in content if not letter.isascii())
    if not content.strip() or not all(map(_is_word, letters)) or not unicodedata.is_normalized("NFKC", content):
        return None
    return _lower(content if _DOT_ATOM.fullmatch(content) else f'"{inside}"')


def _is_word(letter: str) -> bool:
    return not letter.isascii() and unicodedata.category(letter)[0] in "LMN"


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def _unwrapped(text: str) -> str:
    if '"@' in text and (quoted := _QUOTED_WITHIN.fullmatch(text)):
        return quoted[1]
    text = text.lstrip(_AROUND)
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.lstrip(_AROUND).rstrip(_BEHIND)
