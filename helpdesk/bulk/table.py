"""A table, whichever program wrote it and in whatever form: which of its columns holds the addresses."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.bulk.reading import LONGEST_TEXT, Line, Listing, NoAddresses, line, listing, words_with_addresses
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import read_address
from helpdesk.platform.text.pasted import clean

# By these rows it is seen how the table is built.
SAMPLE = 100
_MOST_COLUMNS = 100
# Parts of headings of a column of addresses, in the languages of Control Hub and of providers' consoles.
_ADDRESS_HEADS = (
    *("mail", "courriel", "address", "adresse", "recipient", "destination", "username", "user id", "rcpt", "login"),
    *("correo", "e-post", "epost", "e-posta", "eposta", "posta", "pošta", "indirizzo", "endereço", "dirección"),
    *(
        "メール",
        "邮件",
        "邮箱",
        "郵件",
        "郵箱",
        "信箱",
        "이메일",
        "메일",
        "почт",
        "пошт",
        "имейл",
        "ηλεκτρονικ",
        "بريد",
        "อีเมล",
        "דוא",
        "ईमेल",
    ),
    *("sähköpost", "correu", "naslov", "e-pasts", "paštas", "meil", "elektron", "electr", "электрон", "електрон"),
)
# Parts of headings of a column that holds addresses of somebody else.
_OTHERS_HEADS = (
    *("manager", "supervisor", "assistant", "sender", "source", "from", "reply", "created by", "owner", "admin"),
    *("alternate", "secondary", "vorgesetz", "responsable", "jefe", "gerente", "superior", "leidinggevende", "chef"),
    *("kierownik", "przełożon", "responsabile", "esimies", "nadřízen", "vezető", "yönetici", "leder", "manažer"),
    *("руковод", "менеджер", "начальник", "керівник", "上司", "マネージャ", "管理者", "经理", "經理", "主管"),
    *("관리자", "매니저", "상사", "διευθυντ", "مدير", "ผู้จัดการ", "מנהל", "प्रबंधक", "上長"),
    *("gestor", "gestionnaire", "vodja", "felettes", "manajer", "quản lý", "nadređen", "rukovodi", "vadov", "vadītāj"),
)
# SES names here everybody that a mail was for, and elsewhere those whose mail came back.
_OTHERS_PATHS = ("mail.destination",)
# A server's answer may quote an address, which need not be the one that the row is about.
_CODE = re.compile(r"\s*(?:smtp;\s*)?[245]\d\d[ \-]", re.IGNORECASE)
_WORDS_BEHIND = re.compile(r"@[^>]*>[\s:,.;)]*\w")

Row = tuple[int, list[str]]


class BrokenTable(BadInput):
    def __init__(self, number: int) -> None:
        super().__init__(
            Text("The file cannot be read from line {number} on.", number=number),
            Text("It may be cut off there, or a quotation mark is never closed. Correct it and send it again."),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """`heads` are empty where it has no headings; each row has the number that a person counts it by."""

    heads: Sequence[str]
    rows: Sequence[Row]

    def column(self, place: int) -> str:
        """The heading of a column, empty for none."""
        return clean(cell(self.heads, place))[:LONGEST_TEXT]


def read_table(table: Table) -> Listing:
    """Its lines, from the column of addresses. Raises TooMany or NoAddresses."""
    place = address_column(table)
    lines = [each for number, cells in table.rows for each in _lines(number, cells, place)]
    return listing(lines, table.column(place))


def address_column(table: Table) -> int:
    """The one with most addresses; of several with about as many, the one headed as such. Raises NoAddresses."""
    rows = [cells for _, cells in table.rows[:SAMPLE]]
    found = addresses_by_column(rows) or _addresses_anywhere(rows)
    # Somebody else's addresses are taken where there are no others.
    wanted = {place: count for place, count in found.items() if not _is_others(cell(table.heads, place))} or found
    if not wanted:
        raise NoAddresses
    many = max(wanted.values()) / 2
    # One manager has many people, so that their column repeats itself.
    return max(
        (place for place in sorted(wanted) if wanted[place] >= many),
        key=lambda place: (is_headed(cell(table.heads, place)), len({cell(row, place) for row in rows}), wanted[place]),
    )


def is_headed(head: str) -> bool:
    """Whether a heading says that the column holds addresses; of a path in JSON its end says it."""
    return "@" not in head and any(part in _last(head) for part in _ADDRESS_HEADS)


def _is_others(head: str) -> bool:
    if head.endswith(_OTHERS_PATHS):
        return True
    is_path = "." in head and " " not in head
    named = head.casefold() if is_path and "manager" in head.casefold() else _last(head)
    return any(part in named for part in _OTHERS_HEADS)


def _last(head: str) -> str:
    return (head.rpartition(".")[2] if " " not in head else head).casefold()


def addresses_by_column(rows: Sequence[Sequence[str]]) -> Counter[int]:
    """In how many cells of each column addresses stand, and nothing else."""
    return Counter(place for place, each in _cells(rows) if _holds_addresses(each) and not is_answer(each))


def _addresses_anywhere(rows: Sequence[Sequence[str]]) -> Counter[int]:
    """The same, with words behind them: what looks like an answer is all there is."""
    return Counter(place for place, each in _cells(rows) if _holds_addresses(each))


def _cells(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    return ((place, each) for row in rows for place, each in enumerate(row[:_MOST_COLUMNS]))


def is_answer(text: str) -> bool:
    """Whether a cell is what a mail server answered: an address within it is no address of the row."""
    return bool(_CODE.match(text)) or ("@" in text and "<" in text and bool(_WORDS_BEHIND.search(text)))


def cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _holds_addresses(text: str) -> bool:
    if "@" not in text:
        return False
    return read_address(text) is not None or all(map(read_address, text.split("\n")))


def _lines(number: int, cells: Sequence[str], place: int) -> list[Line]:
    """One, unless several addresses stand in the cell. A row without an address is told by all that it says."""
    wanted = cell(cells, place)
    if not wanted.strip():
        told = clean(" ".join(filter(None, cells)))[:LONGEST_TEXT]
        return [Line(number, told, None)]
    several = words_with_addresses(wanted)
    if read_address(wanted) or len(several) < 2:
        return [line(number, wanted)]
    return [line(number, each) for each in several]
