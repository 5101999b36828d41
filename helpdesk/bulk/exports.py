"""A mail provider's suppression list as its console exports it: who is held back, why, and since when."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.bulk.reading import LONGEST_TEXT
from helpdesk.bulk.sheet import table_of
from helpdesk.bulk.table import Table, address_column, cell
from helpdesk.mail.moments import epoch_time, iso_time, mail_time
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.platform.text.address import read_address
from helpdesk.platform.text.pasted import clean

MOST_ROWS = 2_000_000
LONGEST_DETAIL = 500
_LETTERS = re.compile(r"[^a-z]")
# What providers write, without case and punctuation.
_WORDS: Mapping[Reason, frozenset[str]] = {
    Reason.BOUNCE: frozenset(
        {"bounce", "bounces", "bounced", "hardbounce", "permanent", "bouncerule", "undeliverable"}
    ),
    Reason.COMPLAINT: frozenset(
        {"complaint", "complaints", "spam", "spamcomplaint", "spamreport", "spamreports", "abuse", "spamnotification"}
    ),
    Reason.UNSUBSCRIBE: frozenset(
        {"unsubscribe", "unsubscribed", "unsubscribes", "unsubscribelink", "listunsubscribe", "globalunsubscribe"}
    ),
    Reason.MANUAL: frozenset({"manual", "manualsuppression", "manuallyadded", "admin", "compliance"}),
    Reason.BLOCK: frozenset({"block", "blocks", "blocked"}),
    Reason.INVALID: frozenset({"invalid", "invalidemail", "invalidemails", "bademailaddress"}),
}
_REASON = {word: reason for reason, words in _WORDS.items() for word in words}
_REASON_HEADS = {"reason", "suppressionreason", "type", "source", "bouncetype", "event", "list"}
_DETAIL_HEADS = {"reason", "error", "description", "details", "detail", "diagnostic", "diagnosticcode", "message"}
_TIME_HEADS = {"created", "createdat", "since", "lastupdatetime", "updated", "date", "timestamp", "time", "bouncedat"}
_ANSWER = re.compile(r"\b5\d\d\b|\b5\.\d{1,3}\.\d{1,3}\b")


class NoReason(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("The file does not say why its addresses are held back."),
            Text("Say it for all of them, such as: --reason bounce"),
        )


@dataclass(frozen=True, slots=True)
class Export:
    """`rows` as the table of suppressions has them; `left_out` by number, with the text that is no address."""

    rows: Sequence[dict[str, Any]]
    left_out: Sequence[tuple[int, str]]


def read_export(content: bytes, reason: Reason | None = None) -> Export:
    """`reason` is for all; else each row's own counts. Raises BadInput, and then nothing of the file is known."""
    table = table_of(content, MOST_ROWS)
    place = address_column(table)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    left_out = []
    unknown = 0
    for number, cells in table.rows:
        address = read_address(cell(cells, place))
        if address is None:
            left_out.append((number, clean(" ".join(cells))[:LONGEST_TEXT]))
            continue
        why = reason or _reason(table, cells)
        if why is None:
            unknown += 1
            left_out.append((number, address))
            continue
        row = {"address": address, "reason": why.value, "since": _since(table, cells), "detail": _detail(table, cells)}
        rows[address, why.value] = row
    if unknown and not rows:
        raise NoReason
    return Export(list(rows.values()), left_out)


def _reason(table: Table, cells: Sequence[str]) -> Reason | None:
    told = [found for text in _under(_REASON_HEADS, table, cells) if (found := _REASON.get(_plain(text)))]
    if told and told[0] is Reason.MANUAL and "recipient" in map(_plain, _under({"origin"}, table, cells)):
        return Reason.UNSUBSCRIBE  # Postmark: the person themselves
    if told:
        return told[0]
    texts = [*_under(_DETAIL_HEADS, table, cells), *_under({"status", "code"}, table, cells)]
    return Reason.BOUNCE if any(map(_ANSWER.search, texts)) else None


def _since(table: Table, cells: Sequence[str]) -> datetime | None:
    return next((when for text in _under(_TIME_HEADS, table, cells) if (when := _moment(text))), None)


def _detail(table: Table, cells: Sequence[str]) -> str | None:
    told = (text for text in _under(_DETAIL_HEADS, table, cells) if _plain(text) not in _REASON)
    return next((clean(text)[:LONGEST_DETAIL] for text in told if clean(text)), None)


def _under(heads: set[str], table: Table, cells: Sequence[str]) -> Iterator[str]:
    """What stands in this row under one of these headings."""
    for place, head in enumerate(table.heads):
        if _plain(head.rpartition(".")[2]) in heads and cell(cells, place):
            yield cell(cells, place)


def _plain(text: str) -> str:
    return _LETTERS.sub("", text.casefold())


def _moment(text: str) -> datetime | None:
    """In seconds or milliseconds since 1970, as ISO 8601 or as mails write it."""
    number = text.removesuffix(".0").partition(".")[0]
    if number.isdecimal() and len(number) >= 9:
        return epoch_time(int(number) // (1000 if len(number) >= 12 else 1))
    return iso_time(text) or mail_time(text)
