"""Text as people paste it, made plain: what cannot be seen must not make two texts differ."""

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs"}


def clean(text: str) -> str:
    """`text` on one line, without control and invisible characters; full-width letters made plain."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = (" " if letter.isspace() else letter for letter in text if _is_visible(letter))
    # The acute accent that stands alone is typed for an apostrophe; the normal form would make it a blank.
    return " ".join(unicodedata.normalize("NFKC", "".join(visible).replace("´", "'")).split())


def _is_visible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in _INVISIBLE
