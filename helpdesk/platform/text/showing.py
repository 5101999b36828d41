"""Foreign text made safe to show, wherever people read it: cards, mails, pages, files, the command line.

Nothing in what `visible` gives is hidden, breaks the line, steers a terminal or turns text around; each medium adds its
own escape on top (Markdown in cards, HTML on pages, `csv_cell` and `json_text` in files). What people need to write
stays: joiners in Persian, Hindi and emoji, accents, variants of characters in Japanese names.
"""

import re
import unicodedata
from functools import lru_cache

from helpdesk.platform.text.domains import with_shown_domains

# Titles and words of status come again on every card, and each text is asked about more than once.
_REMEMBERED = 2_000
# Not every blank: no-break spaces belong where French typography puts them.
_LINE_BREAKS = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# Letters, marks and symbols by category that show nothing: grapheme joiner, fillers, the blank of Braille, a note.
_BLANK = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# Format characters by category that are seen: signs of Arabic, Syriac and Kaithi that stand before or around a number.
_SIGNS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Not assigned, and to be shown as nothing at all where a font does not know them.
_IGNORED = re.compile("[\u2065\ufff0-\ufff8\ufdd0-\ufdef\U000e0000-\U000e0fff]|[\ufffe\uffff]")
_JOINERS = {"\u200c", "\u200d"}
# Scripts whose letters join, or whose consonants stack: Arabic to Mandaic, those of India, Tibet, Burma, Mongolia.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_MONGOLIAN_SELECTORS = set("\u180b\u180c\u180d\u180f")
_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_EMOJI = re.compile("[\u203c\u2049\u2190-\u21ff\u2900-\u297f\u3030\u303d\U0001f000-\U0001fbff]")
_KEYCAP = "\u20e3"
# The flags of England, Scotland and Wales are the only ones that are written with tags.
_FLAG = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
# No script stacks more on one letter; more of them cover the lines above and below.
_MOST_MARKS = 8

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
# Of one name: what stands between two, such as a bracket or a comma, is the sentence's.
_WORDS_TO_LEFT = re.compile(rf"[{_RIGHT_TO_LEFT}](?:[\s\d'’.&-]*[{_RIGHT_TO_LEFT}])*")
_ISOLATE, _END = "\u2068", "\u2069"

# What spreadsheet programs take for the beginning of a formula. Dashes of other lengths are taken for a minus by some.
_FORMULA = set("=+-@") | set("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\u2795\u2796")


@lru_cache(_REMEMBERED)
def visible(text: str) -> str:
    """`text` on one line; an invisible character as its code point: `⟨U+202E⟩`, domains in Unicode."""
    line = with_shown_domains(_LINE_BREAKS.sub(" ", text).strip())
    if line.isascii() and line.isprintable():
        return line
    return "".join(_letters(line))


@lru_cache(_REMEMBERED)
def isolated(text: str) -> str:
    """`text` as `visible`, and words from right to left in isolation: what stands beside them keeps its order.

    For sentences that our own words and foreign ones share. It is not to be called on its own result.
    """
    return isolated_line(visible(text))


def isolated_line(line: str) -> str:
    """The same of a `line` that is visible already, or of a piece of one."""
    return line if line.isascii() else _WORDS_TO_LEFT.sub(rf"{_ISOLATE}\g<0>{_END}", line)


def csv_cell(text: str) -> str:
    """`text` as `visible`, and as no spreadsheet program takes it for a formula."""
    line = visible(text)
    # Looked at as programs may look at it: full-width, small, raised and lowered forms are the plain one.
    begins = unicodedata.normalize("NFKC", line.lstrip()[:1])[:1]
    # The apostrophe is the programs' own sign for "this is text"; they do not show it.
    return f"'{line}" if begins in _FORMULA else line


def json_text(written: str) -> str:
    """JSON that was written without escapes: the same content, with what cannot be seen as `\\u202e`."""
    if written.isascii():
        return written
    return "".join(letter if letter == "\n" or not _is_hidden(letter) else _escapes(letter) for letter in written)


def _letters(line: str) -> list[str]:
    shown: list[str] = []
    before, marks, at = "", 0, 0  # `before` is empty after what was written out
    while at < len(line):
        if flag := _FLAG.match(line, at):
            shown.append(flag[0])
            before, marks, at = line[at], 0, flag.end()
            continue
        letter, after = line[at], line[at + 1 : at + 2]
        is_mark = unicodedata.category(letter) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        stays = _is_needed(letter, before, after) if _is_hidden(letter) else marks <= _MOST_MARKS
        shown.append(letter if stays else _code_point(letter))
        before, at = letter if stays else "", at + 1
    return shown


def _is_hidden(letter: str) -> bool:
    """Joiners and selectors too, which are needed in some places."""
    if letter in _BLANK or _is_selector(letter):
        return True
    category = unicodedata.category(letter)
    if category == "Cn":
        return bool(_IGNORED.match(letter)) or ord(letter) & 0xFFFE == 0xFFFE
    return category in _INVISIBLE and letter not in _SIGNS


def _is_selector(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef" or letter in _MONGOLIAN_SELECTORS


def _is_needed(letter: str, before: str, after: str) -> bool:
    """Whether a hidden character between these two changes how they are written, as it does in some scripts."""
    if not before:
        return False
    if letter in _JOINERS:
        return _is_joined(letter, before, after)
    if letter in "\ufe0e\ufe0f":
        return _is_emoji(before) or (before in "0123456789#*" and after == _KEYCAP)
    if letter in _MONGOLIAN_SELECTORS:
        return bool(_MONGOLIAN.match(before))
    return _is_selector(letter) and bool(_IDEOGRAPH.match(before))


def _is_joined(joiner: str, before: str, after: str) -> bool:
    if unicodedata.combining(before) == 9:  # a virama, which waits for the next consonant, or for none
        return not (after.isascii() and after.isalnum())
    if _JOINING.match(before) and after:
        return bool(_JOINING.match(after)) and unicodedata.category(after)[0] == "L"
    return joiner == "\u200d" and bool(after) and _is_emoji(after) and (_is_emoji(before) or before == "\ufe0f")


def _is_emoji(letter: str) -> bool:
    return letter not in _BLANK and (unicodedata.category(letter) == "So" or bool(_EMOJI.match(letter)))


def _code_point(letter: str) -> str:
    return f"⟨U+{ord(letter):04X}⟩"


def _escapes(letter: str) -> str:
    """In JSON, a character beyond the first 65 536 is two."""
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
