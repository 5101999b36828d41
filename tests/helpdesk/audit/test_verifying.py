"""Whatever is done to the audit by hand is named, by the first row that shows it."""

import pytest
from sqlalchemy.exc import DBAPIError

from helpdesk.audit.verifying import Fault, Kept, verify
from helpdesk.store import Store
from tests.helpdesk.audit.chains import PUT_IN, acts, by_hand, refused_by_hand, row, tie_anew

COUNT = 9
SWAP = (
    "UPDATE audit SET id = -1 WHERE id = 4",
    "UPDATE audit SET id = 4 WHERE id = 5",
    "UPDATE audit SET id = 5 WHERE id = -1",
)
MAKE_ROOM = "UPDATE audit SET id = id + 100 WHERE id > 4", "UPDATE audit SET id = id - 99 WHERE id > 100"


@pytest.fixture
async def chain(store: Store) -> Store:
    await acts(store, COUNT)
    return store


async def found(store: Store, kept: Kept | None = None) -> tuple[int, Fault | None]:
    verdict = await verify(store, kept)
    return verdict.row_id, verdict.fault


async def test_what_nobody_touched_is_unbroken_and_its_head_is_told(chain: Store) -> None:
    verdict = await verify(chain)
    assert verdict.fault is None
    assert verdict.ends
    assert (verdict.ends.last_id, verdict.ends.last_hash) == (COUNT, (await row(chain, COUNT))["hash"])


async def test_an_audit_without_rows_is_unbroken(store: Store) -> None:
    assert await found(store) == (0, None)


@pytest.mark.parametrize(
    ("done", "row_id", "fault"),
    [
        (["DELETE FROM audit WHERE id = 4"], 5, Fault.MISSING),
        (["DELETE FROM audit WHERE id < 4"], 4, Fault.MISSING),
        (["DELETE FROM audit WHERE id > 6"], 6, Fault.CUT),
        (["DELETE FROM audit"], 0, Fault.CUT),
        ([PUT_IN.format(id=0)], 0, Fault.INSERTED),
        ([PUT_IN.format(id=COUNT + 1)], COUNT + 1, Fault.INSERTED),
        ([*MAKE_ROOM, PUT_IN.format(id=5)], 5, Fault.INSERTED),
        (SWAP, 4, Fault.INSERTED),
        (["DELETE FROM audit WHERE id = 4", PUT_IN.format(id=4)], 4, Fault.ALTERED),
        (["DELETE FROM audit_head"], 0, Fault.NO_HEAD),
        (["UPDATE audit_head SET last_id = 6"], 6, Fault.ALTERED),
        (
            ["UPDATE audit_head SET removed_to = 3, removed_hash = (SELECT hash FROM audit WHERE id = 3)"],
            1,
            Fault.INSERTED,
        ),
        (
            [
                "UPDATE audit_head SET removed_to = 3, removed_hash = (SELECT hash FROM audit WHERE id = 3)",
                "DELETE FROM audit WHERE id <= 3",
            ],
            4,
            Fault.REMOVED,
        ),
    ],
    ids=[
        *("deleted", "beginning deleted", "tail cut off", "all deleted", "put in front", "put behind", "put between"),
        *("swapped", "replaced", "head deleted", "head set back", "head moved on", "removed like policy does"),
    ],
)
async def test_rows_that_are_not_where_they_were_are_named(
    chain: Store, done: list[str], row_id: int, fault: Fault
) -> None:
    await by_hand(chain, *done)
    assert await found(chain) == (row_id, fault)


@pytest.mark.parametrize(
    "column", ["at", "actor", "action", "subject", "organization_id", "reason", "outcome", "event_id", "hash"]
)
async def test_a_row_that_says_something_else_is_named(chain: Store, column: str) -> None:
    other = "'2026-01-01 00:00:00+00:00'" if column == "at" else "'other'"
    await by_hand(chain, f"UPDATE audit SET {column} = {other} WHERE id = 5")  # noqa: S608
    assert await found(chain) == (5, Fault.ALTERED)


async def test_two_rows_whose_hashes_are_made_anew_do_not_fit_the_third(chain: Store) -> None:
    await by_hand(chain, "UPDATE audit SET actor = 'mallory' WHERE id = 4")
    await tie_anew(chain, 4, 5)
    assert await found(chain) == (6, Fault.ALTERED)


async def test_the_last_rows_made_anew_do_not_fit_the_head(chain: Store) -> None:
    await by_hand(chain, f"UPDATE audit SET actor = 'mallory' WHERE id = {COUNT - 1}")  # noqa: S608
    await tie_anew(chain, COUNT - 1, COUNT)
    assert await found(chain) == (COUNT, Fault.ALTERED)


async def test_a_chain_made_anew_with_its_head_does_not_fit_the_head_that_was_kept(chain: Store) -> None:
    kept = Kept(COUNT, (await row(chain, COUNT))["hash"])
    await acts(chain, 2, first=COUNT + 1)
    assert await found(chain, kept) == (0, None)
    await by_hand(chain, "UPDATE audit SET actor = 'mallory' WHERE id = 4")
    await tie_anew(chain, *range(4, COUNT + 3))
    await by_hand(chain, f"UPDATE audit_head SET last_hash = (SELECT hash FROM audit WHERE id = {COUNT + 2})")  # noqa: S608
    assert await found(chain) == (0, None)
    assert await found(chain, kept) == (COUNT, Fault.ANEW)


async def test_a_tail_cut_off_with_its_head_does_not_reach_the_head_that_was_kept(chain: Store) -> None:
    kept = Kept(COUNT, (await row(chain, COUNT))["hash"])
    await by_hand(
        chain,
        "DELETE FROM audit WHERE id > 5",
        "UPDATE audit_head SET last_id = 5, last_hash = (SELECT hash FROM audit WHERE id = 5)",
    )
    assert await found(chain) == (0, None)
    assert await found(chain, kept) == (5, Fault.CUT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'mallory' WHERE id = 4",
        "DELETE FROM audit WHERE id = 4",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
    ],
)
async def test_the_database_itself_refuses_to_change_or_remove_a_row(chain: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the audit is only ever appended to"):
        await refused_by_hand(chain, statement)
    assert await found(chain) == (0, None)
