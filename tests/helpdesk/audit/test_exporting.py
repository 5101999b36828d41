"""A file of the audit holds exactly what was asked for, and does nothing to whoever opens it."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.audit import Audit, reading
from helpdesk.audit.chain import link
from helpdesk.audit.customer import NoSuchCustomer, SeveralCustomers, customer_called
from helpdesk.audit.exporting import COLUMNS, Format, export
from helpdesk.audit.reading import Selection, stream
from helpdesk.platform.store import Store
from tests.helpdesk.audit.chains import BEGAN, KEYS, acts
from tests.helpdesk.files import ACME, MUELLER, bring_in, organization
from tests.hostile import dangerous

ALL = Selection()


async def exported(store: Store, selection: Selection = ALL, as_: Format = Format.JSONL) -> str:
    return "".join([piece async for piece in export(store, selection, as_)])


async def lines(store: Store, selection: Selection = ALL) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await exported(store, selection)).splitlines()]


async def ids(store: Store, selection: Selection) -> list[int]:
    return [line["id"] for line in await lines(store, selection)]


async def test_each_row_is_a_line_in_order_and_whole(store: Store) -> None:
    await acts(store, 3)
    told = await lines(store)
    assert [line["id"] for line in told] == [1, 2, 3]
    assert all(tuple(line) == COLUMNS for line in told)
    before = ""
    for line in told:
        # Whoever has the file can walk the chain on their own, with the key.
        said = {**line, "at": datetime.fromisoformat(line["at"])}
        assert link(said, before, KEYS.current) == (line["pseudonyms"], line["hash"])
        before = line["hash"]


async def test_a_table_has_the_same_rows_under_their_names(store: Store) -> None:
    await acts(store, 3)
    head, *table = csv.reader(io.StringIO(await exported(store, as_=Format.CSV), newline=""))
    assert tuple(head) == COLUMNS
    told = await lines(store)
    assert table == [["" if value is None else str(value) for value in line.values()] for line in told]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(since=BEGAN + timedelta(days=2)), [3, 4, 5]),
        (Selection(until=BEGAN + timedelta(days=2)), [1, 2]),
        (Selection(organization_id="acme"), [1, 3, 5]),
        (Selection(organization_id="acme", since=BEGAN + timedelta(days=1)), [3, 5]),
        (Selection(subjects=["person2@acme.example"]), [2]),
        (Selection(actor="nobody"), []),
    ],
)
async def test_what_is_not_asked_for_is_not_in_it(store: Store, selection: Selection, expected: list[int]) -> None:
    await acts(store, 5)
    assert await ids(store, selection) == expected


async def test_a_long_audit_comes_in_pieces_without_gap_or_repetition(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    await acts(store, 5)
    assert [len(piece) async for piece in stream(store, ALL)] == [2, 2, 1]
    assert await ids(store, ALL) == [1, 2, 3, 4, 5]


async def test_what_is_told_meanwhile_is_left_to_the_next_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    await acts(store, 4)
    pieces = stream(store, ALL)
    first = await anext(pieces)
    await acts(store, 3, first=5)
    assert len(first) + sum([len(piece) async for piece in pieces]) == 4


@pytest.mark.parametrize(
    ("subject", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+14155550123", "'+14155550123"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" -1", "'-1"),
        ("＝1+1", "'＝1+1"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("two\nlines, and ; more", "two lines, and ; more"),
        ('"quoted"', '"quoted"'),
        ("pat\u202e\U000e0041", "pat⟨U+202E⟩⟨U+E0041⟩"),
    ],
)
async def test_no_cell_is_a_formula_or_steers_a_terminal(store: Store, subject: str, cell: str) -> None:
    await Audit(store, keys=KEYS).record(actor="ana", action="find", subject=subject, outcome="shown", event_id="event")
    _, row = csv.reader(io.StringIO(await exported(store, as_=Format.CSV), newline=""))
    assert row[COLUMNS.index("subject")] == cell
    assert (await lines(store))[0]["subject"] == subject
    assert dangerous(await exported(store, as_=Format.CSV), allowed="\r\n") == []
    assert dangerous(await exported(store)) == []


async def test_a_customer_is_meant_by_id_even_when_gone_or_by_whole_name(store: Store) -> None:
    await bring_in(store, organizations=[organization(), organization(MUELLER, "Müller & Co")])
    for text, expected in ((ACME, ACME), (ACME.upper(), ACME), (" acme  CORPORATION", ACME), ("muller & co", MUELLER)):
        assert await customer_called(store, text) == expected
    gone = "a0000000-0000-4000-8000-00000000dead"
    assert await customer_called(store, gone) == gone
    with pytest.raises(NoSuchCustomer):
        await customer_called(store, "Acme")


async def test_of_two_customers_of_one_name_none_is_meant(store: Store) -> None:
    await bring_in(store, organizations=[organization(), organization(MUELLER, "Acme Corporation")])
    with pytest.raises(SeveralCustomers):
        await customer_called(store, "acme corporation")
