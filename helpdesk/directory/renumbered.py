"""Numbers that countries made longer or changed: the newer form of an older number, and the other way round.

Old forms live on in signatures and contact lists, and Webex keeps what was typed. In E.164 both, also where the
library `phonenumbers` calls the old one impossible. No I/O.
"""

import re
from collections.abc import Iterator

# By country code: what an older form looks like and what it may be now, then the way back.
_Change = tuple[str, tuple[str, ...], str, str]
_VIETNAM = {
    **{"120": "70", "121": "79", "122": "77", "126": "76", "128": "78", "123": "83", "124": "84", "125": "85"},
    **{"127": "81", "129": "82", "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37"},
    **{"168": "38", "169": "39", "186": "56", "188": "58", "199": "59"},
}
_GABON = {"1": "11", "2": "62", "4": "74", "5": "65", "6": "66", "7": "77"}
_CHANGES: dict[str, tuple[_Change, ...]] = {
    # 2019: no 1 before mobile numbers, nor the trunk codes of before.
    "52": ((r"(?:01|044|045|1)(\d{10})", (r"\1",), r"(\d{10})", r"1\1"),),
    # A 9 before the area, or a 15 behind it, means a mobile; left out as often as not.
    "54": (
        (r"(\d{2})15(\d{8})", (r"9\1\2",), r"9(\d{2})(\d{8})", r"\g<1>15\2"),
        (r"(\d{3})15(\d{7})", (r"9\1\2",), r"9(\d{3})(\d{7})", r"\g<1>15\2"),
        (r"(\d{4})15(\d{6})", (r"9\1\2",), r"9(\d{4})(\d{6})", r"\g<1>15\2"),
        (r"([1-8]\d{9})", (r"9\1",), r"9([1-8]\d{9})", r"\1"),
    ),
    # 2012 to 2016: a 9 before mobile numbers, behind the area.
    "55": ((r"(\d{2})([6-9]\d{7})", (r"\g<1>9\2",), r"(\d{2})9([6-9]\d{7})", r"\1\2"),),
    # 2021: two digits more, by the operator.
    "225": (
        (r"(\d{8})", tuple(f"{first}\\1" for first in ("01", "05", "07", "21", "25", "27")), r"\d\d(\d{8})", r"\1"),
    ),
    # 2024
    "229": ((r"(\d{8})", (r"01\1",), r"01(\d{8})", r"\1"),),
    # 2013
    "230": ((r"([479]\d{6})", (r"5\1",), r"5([479]\d{6})", r"\1"),),
    # 2019
    "241": tuple(
        (rf"0?{old}(\d{{6}})", (rf"{new}\1",), rf"{new}(\d{{6}})", rf"0{old}\1") for old, new in _GABON.items()
    ),
    # 2021: fixed lines.
    "57": ((r"([124-8]\d{7})", (r"60\1",), r"60([124-8]\d{7})", r"\1"),),
    # 2012 and 2013: Santiago, and mobile numbers.
    "56": ((r"2(\d{7})", (r"22\1",), r"22(\d{7})", r"2\1"), (r"([6-9]\d{7})", (r"9\1",), r"9([6-9]\d{7})", r"\1")),
    # 2019: Manila, by the operator.
    "63": ((r"2(\d{7})", tuple(f"2{first}\\1" for first in "87356"), r"2[35678](\d{7})", r"2\1"),),
    # 2018: mobile numbers.
    "84": tuple((rf"{old}(\d{{7}})", (rf"{new}\1",), rf"{new}(\d{{7}})", rf"{old}\1") for old, new in _VIETNAM.items()),
    # The 0 of a fixed line belongs to the number, and is left out as elsewhere.
    "39": ((r"([124-8]\d{5,9})", (r"0\1",), r"0(\d{6,10})", r"\1"),),
    # 2005: Moscow.
    "7": ((r"095(\d{7})", (r"495\1",), r"495(\d{7})", r"095\1"),),
    # 2000: London.
    "44": ((r"1([78])1(\d{7})", (r"20\1\2",), r"20([78])(\d{7})", r"1\g<1>1\2"),),
}
_LONGEST_CODE = 3


def renumbered(number: str) -> Iterator[str]:
    """Other forms of a number that is `+` and digits, newer ones first; none for most."""
    older: list[str] = []
    for length in range(1, _LONGEST_CODE + 1):
        code, national = number[1 : 1 + length], number[1 + length :]
        for old, newer_forms, new, older_form in _CHANGES.get(code, ()):
            if found := re.fullmatch(old, national):
                yield from (f"+{code}{found.expand(form)}" for form in newer_forms)
            if found := re.fullmatch(new, national):
                older.append(f"+{code}{found.expand(older_form)}")
    yield from older
