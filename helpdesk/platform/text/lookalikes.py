"""Texts that look like others: letters of several scripts in one word, or Cyrillic and Greek that look like Latin.

Far from every pair that looks alike (Unicode UTS 39 lists thousands); these are the ones that deceive without effort.
"""

import unicodedata

# Written together in one word by those who write Japanese, Chinese and Korean.
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "HANGUL", "BOPOMOFO"})
# Letters that people write in Latin alphabets beside those with an accent. Not the dotless i: it is taken for one.
_LATIN = set("ßæœøłđðþħŋə")
_LIKE_LATIN = set("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ") | set("αγικνορτυχ")


def has_one_script(word: str) -> bool:
    """Whether all letters are of one script, or of those that East Asian writing puts together."""
    scripts = {_script(letter) for letter in word if not letter.isascii()}
    if any(letter.isascii() and letter.isalpha() for letter in word):
        scripts.add("LATIN")
    scripts.discard("DIGIT")
    return (len(scripts) < 2 and "COMBINING" not in scripts and "UNUSUAL" not in scripts) or scripts <= _EAST_ASIAN


def mixes_lookalikes(word: str) -> bool:
    """Whether Latin letters stand beside Cyrillic or Greek ones."""
    scripts = {_script(letter) for letter in word if letter.isalpha()}
    return len(scripts & {"LATIN", "UNUSUAL", "CYRILLIC", "GREEK"}) > 1


def could_be_taken_for_latin(word: str) -> bool:
    """Whether every letter is Cyrillic or Greek and looks like a Latin one."""
    letters = [letter for letter in word if letter.isalpha()]
    return bool(letters) and all(letter in _LIKE_LATIN for letter in letters)


def _script(letter: str) -> str:
    """The first word of its name in Unicode; UNUSUAL for a Latin letter that no common alphabet has."""
    if letter.isdecimal():
        return "DIGIT"
    script = unicodedata.name(letter, "UNUSUAL").split()[0].partition("-")[0]
    if letter == "\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}":
        return "KATAKANA"
    if script != "LATIN" or letter.isascii() or letter in _LATIN:
        return script
    base = unicodedata.normalize("NFD", letter)[0]
    return "LATIN" if base.isascii() or base in _LATIN else "UNUSUAL"
