"""Domains in one form for storing and comparing, and in one that people read: IDNA 2008 through the library `idna`.

We store and compare the ASCII form (`xn--exmple-cua.de`): every mail server and provider takes it, and two domains
that look alike differ in it. We show the Unicode form (`exämple.de`) unless it could be taken for another domain.
"""

import re
from functools import lru_cache

import idna

from helpdesk.platform.text.lookalikes import could_be_taken_for_latin, has_one_script

LONGEST = 253
_LONGEST_LABEL = 63
_REMEMBERED = 1_000
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# UTS 46 takes these full stops of East Asian keyboards for a dot.
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_ACE = "xn--"
# Not within an URL: its owner chose the spelling of that.
_ASCII_HOST = re.compile(r"(?<![\w/.-])(?:[a-z0-9-]+\.)*xn--[a-z0-9-]+(?:\.[a-z0-9-]+)*")


def canonical_domain(text: str) -> str | None:
    """The ASCII form in lower case, without a dot at its end; None for what is no domain of two labels or more."""
    if len(text) > LONGEST + 1:
        return None
    labels = [_canonical_label(label) for label in _DOTS.split(text)]
    if len(labels) > 2 and labels[-1] == "":
        labels.pop()
    domain = ".".join(labels)
    is_domain = len(labels) > 1 and len(domain) <= LONGEST and all(map(_LABEL.fullmatch, labels))
    return domain if is_domain else None


def unicode_domain(domain: str) -> str:
    """A canonical domain in Unicode; labels that stand for nothing in IDNA 2008 stay as they are."""
    return ".".join(map(_unicode_label, domain.split("."))) if _ACE in domain else domain


def shown_domain(domain: str) -> str:
    """A canonical domain as people read it; a label that could be taken for another stays in ASCII."""
    labels = domain.split(".")
    is_latin = not labels[-1].startswith(_ACE)
    return ".".join(_shown_label(label, is_latin) for label in labels)


def with_shown_domains(line: str) -> str:
    """`line` with `shown_domain` in place of each domain in its ASCII form."""
    return _ASCII_HOST.sub(lambda found: shown_domain(found[0]), line) if _ACE in line else line


def _canonical_label(label: str) -> str:
    """Empty for what is no label."""
    return label.lower() if label.isascii() else _encoded(label)


@lru_cache(_REMEMBERED)
def _encoded(label: str) -> str:
    if len(label) > _LONGEST_LABEL:
        return ""
    try:
        return idna.encode(label, uts46=True).decode()
    except UnicodeError:
        return ""


@lru_cache(_REMEMBERED)
def _unicode_label(label: str) -> str:
    if not label.startswith(_ACE) or len(label) > _LONGEST_LABEL:
        return label
    try:
        decoded = idna.decode(label)
    except UnicodeError:
        return label
    return decoded if _encoded(decoded) == label else label


def _shown_label(label: str, is_latin: bool) -> str:
    decoded = _unicode_label(label)
    if not has_one_script(decoded) or (is_latin and could_be_taken_for_latin(decoded)):
        return label
    return decoded
