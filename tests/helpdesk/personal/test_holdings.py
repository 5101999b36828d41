"""Every table is declared: what it holds about people and when that lapses, or that it holds nothing about any."""

import pytest
from sqlmodel import SQLModel

import helpdesk.platform.store.tables  # noqa: F401  (fills SQLModel.metadata)
from helpdesk.personal.holdings import FOLLOWED, HOLDINGS, NOT_PERSONAL, Holding
from helpdesk.personal.traces import table_of
from helpdesk.platform.retention import LAPSING


def undeclared() -> set[str]:
    declared = [*(each.model for each in HOLDINGS), *NOT_PERSONAL, *FOLLOWED]
    names = [model.__tablename__ for model in declared]
    assert len(names) == len(set(names)), "declared twice"
    return {table.name for table in SQLModel.metadata.sorted_tables} - set(names)


def test_every_table_says_whether_it_is_personal() -> None:
    assert undeclared() == set()


def test_a_table_that_says_nothing_is_noticed() -> None:
    new = SQLModel.metadata.tables["people"].to_metadata(SQLModel.metadata, name="a_new_table")
    try:
        assert undeclared() == {"a_new_table"}
    finally:
        SQLModel.metadata.remove(new)


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.called)
def test_what_is_personal_lapses_or_says_why_not(holding: Holding) -> None:
    assert bool(holding.lapses) != bool(holding.kept)
    assert holding.whose or holding.words
    for name in (*holding.whose, *holding.words, *holding.owned_by):
        assert name in table_of(holding).c
    if not holding.lapses:
        return
    model = LAPSING[holding.lapses].model
    # Itself, or what it goes with.
    goes_with = {key.column.table.name for key in table_of(holding).foreign_keys if key.ondelete == "CASCADE"}
    assert model.__tablename__ in {table_of(holding).name, *goes_with}


@pytest.mark.parametrize("what", LAPSING)
def test_what_lapses_is_found_by_an_index_on_its_time(what: str) -> None:
    table = LAPSING[what].model.__table__  # type: ignore[attr-defined]
    assert LAPSING[what].since in {next(iter(index.columns)).name for index in table.indexes}


def test_names_in_an_export_are_told_apart() -> None:
    called = [each.called for each in HOLDINGS]
    assert len(called) == len(set(called))
