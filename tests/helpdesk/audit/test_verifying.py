"""Whatever is done to the audit by hand is named, by the first row that shows it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from helpdesk.audit import Audit
from helpdesk.audit.heads import KeptHead
from helpdesk.audit.keys import Keys
from helpdesk.audit.verifying import verify
from helpdesk.audit.walking import CLOCKS, Fault
from helpdesk.platform.store import Store
from helpdesk.platform.store.sqlite import SqliteDatabase
from tests.helpdesk.audit.chains import BEGAN, KEYS, PUT_IN, acts, by_hand, refused_by_hand, row, sign_head, tie_anew

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


async def found(store: Store, *kept: KeptHead) -> tuple[int, Fault | None]:
    verdict = await verify(store, KEYS, kept)
    return verdict.row_id, verdict.fault


async def test_what_nobody_touched_is_unbroken_and_its_head_is_told(chain: Store) -> None:
    verdict = await verify(chain, KEYS)
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
        (["UPDATE audit_head SET last_id = 6"], 6, Fault.HEAD),
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
            COUNT,
            Fault.HEAD,
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


SET_BACK = (
    "DELETE FROM audit WHERE id > 5",
    "UPDATE audit_head SET last_id = 5, last_hash = (SELECT hash FROM audit WHERE id = 5)",
)


async def test_a_tail_cut_off_with_the_head_set_back_is_named_without_any_head_kept(chain: Store) -> None:
    await by_hand(chain, *SET_BACK)
    assert await found(chain) == (5, Fault.HEAD)


@pytest.mark.parametrize("signature", ["", "0" * 64, "é"])
async def test_rows_that_are_all_gone_are_missed_though_the_head_says_there_were_none(
    chain: Store, signature: str
) -> None:
    await by_hand(
        chain,
        "DELETE FROM audit",
        f"UPDATE audit_head SET last_id = 0, last_hash = '', signature = '{signature}'",  # noqa: S608
        "INSERT INTO claimed_events (event_id, activity, lane, received_at, attempts)"
        " VALUES ('an event', '{}', 'lane', '2026-03-01 12:00:00', 1)",
    )
    assert await found(chain) == (0, Fault.HEAD if signature else Fault.EMPTIED)


async def test_rows_that_are_all_gone_with_all_else_are_told_by_a_head_that_was_told(chain: Store) -> None:
    await Audit(chain, keys=KEYS).tell_head()
    await by_hand(chain, "DELETE FROM audit", "UPDATE audit_head SET last_id = 0, last_hash = '', signature = ''")
    assert await found(chain) == (0, Fault.CUT)


async def test_a_chain_made_anew_without_the_key_is_named(chain: Store) -> None:
    other = Keys.of("a key of somebody who has none of ours")
    await by_hand(chain, "UPDATE audit SET actor = 'mallory' WHERE id = 4")
    await tie_anew(chain, *range(1, COUNT + 1), keys=other)
    await sign_head(chain, other)
    assert await found(chain) == (COUNT, Fault.UNKNOWN_KEY)
    await sign_head(chain)
    assert await found(chain) == (1, Fault.UNKNOWN_KEY)
    await by_hand(chain, f"UPDATE audit SET key_id = '{KEYS.current.id}'")  # noqa: S608
    assert await found(chain) == (1, Fault.ALTERED)


async def test_made_anew_by_somebody_with_the_key_it_does_not_fit_the_head_that_was_kept(chain: Store) -> None:
    kept = KeptHead(COUNT, (await row(chain, COUNT))["hash"])
    await acts(chain, 2, first=COUNT + 1)
    assert await found(chain, kept) == (0, None)
    await by_hand(chain, "UPDATE audit SET actor = 'mallory' WHERE id = 4")
    await tie_anew(chain, *range(4, COUNT + 3))
    await sign_head(chain)
    # This is what nothing but a head from elsewhere can tell.
    assert await found(chain) == (0, None)
    assert await found(chain, kept) == (COUNT, Fault.ANEW)


async def test_it_does_not_fit_a_head_that_the_database_remembers_either(chain: Store) -> None:
    await Audit(chain, keys=KEYS).tell_head()
    await by_hand(chain, "UPDATE audit SET actor = 'mallory' WHERE id = 4")
    await tie_anew(chain, *range(4, COUNT + 1))
    await sign_head(chain)
    assert await found(chain) == (COUNT, Fault.ANEW)


async def test_an_older_copy_put_back_does_not_reach_the_head_that_was_kept(chain: Store) -> None:
    kept = KeptHead(COUNT, (await row(chain, COUNT))["hash"])
    await by_hand(chain, "DELETE FROM audit WHERE id > 5")
    await sign_head(chain)
    assert await found(chain) == (0, None)
    assert await found(chain, kept) == (5, Fault.CUT)


async def test_of_several_heads_each_is_compared(chain: Store) -> None:
    good = [KeptHead(each, (await row(chain, each))["hash"]) for each in (2, 7, COUNT)]
    verdict = await verify(chain, KEYS, good)
    assert (verdict.fault, list(verdict.compared)) == (None, good)
    assert await found(chain, good[0], KeptHead(7, good[0].hash), good[2]) == (7, Fault.ANEW)


async def test_a_remembered_head_that_is_not_signed_by_us_is_named(chain: Store) -> None:
    await by_hand(
        chain,
        "INSERT INTO audit_heads_told (last_id, last_hash, at, key_id, signature)"  # noqa: S608
        f" VALUES (3, '2:00', '2026-03-01 12:00:00', '{KEYS.current.id}', 'made up')",
    )
    assert await found(chain) == (3, Fault.FORGED_HEAD)


async def test_a_row_of_a_time_before_the_row_before_it_is_named(chain: Store) -> None:
    said = {"actor": "ana", "action": "find", "subject": "pat", "outcome": "shown"}
    last = BEGAN + timedelta(days=COUNT - 1)
    await Audit(chain, lambda: last - CLOCKS, keys=KEYS).record(**said, event_id="clocks differ")
    assert await found(chain) == (0, None)
    await Audit(chain, lambda: last - 2 * CLOCKS, keys=KEYS).record(**said, event_id="backdated")
    await acts(chain, 1, first=99)
    assert await found(chain) == (COUNT + 2, Fault.BACKDATED)


async def test_after_a_rotation_both_keys_are_known_and_the_old_one_adds_nothing_more(chain: Store) -> None:
    new = "the secret that takes the place of the old one"
    rotated = Keys.of(new, ["a secret of the tests, long enough"])
    said = {"actor": "ana", "action": "find", "subject": "pat", "outcome": "shown"}
    await Audit(chain, keys=rotated).record(**said, event_id="under the new key")
    assert (await verify(chain, rotated)).fault is None
    assert (await verify(chain, Keys.of(new))).fault is Fault.UNKNOWN_KEY
    await Audit(chain, keys=KEYS).record(**said, event_id="by who has the old key")
    verdict = await verify(chain, rotated)
    assert (verdict.row_id, verdict.fault) == (COUNT + 2, Fault.OLD_KEY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'mallory' WHERE id = 4",
        "DELETE FROM audit WHERE id = 4",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit SET subject = 'person-00000000000000000000' WHERE id = 4",
        "UPDATE audit SET subject = pseudonyms || ' and more', actor = 'mallory' WHERE id = 4",
        "UPDATE audit SET pseudonyms = 'person-00000000000000000000' WHERE id = 4",
        "UPDATE audit SET reason = 'person-00000000000000000000' WHERE id = 4",
        "UPDATE audit_heads_told SET last_hash = 'other'",
        "DELETE FROM audit_heads_told",
    ],
)
async def test_the_database_itself_refuses_to_change_or_remove_a_row(chain: Store, statement: str) -> None:
    await Audit(chain, keys=KEYS).tell_head()
    with pytest.raises(DBAPIError, match="the audit is only ever appended to"):
        await refused_by_hand(chain, statement)
    assert await found(chain) == (0, None)


COPY = "at, actor, action, {subject}, outcome, {event}, hash, key_id, pseudonyms FROM audit WHERE id = 4"
INTO = "INTO audit (id, at, actor, action, subject, outcome, event_id, hash, key_id, pseudonyms)"
INSTEAD = "ON CONFLICT ({key}) DO UPDATE SET actor = 'mallory'"


@pytest.mark.parametrize(("number", "event"), [("4", "'by hand'"), (str(COUNT + 1), "event_id")], ids=["id", "act"])
async def test_a_row_cannot_be_put_in_the_place_of_another(chain: Store, number: str, event: str) -> None:
    before = [await row(chain, each) for each in range(1, COUNT + 1)]
    is_sqlite = isinstance(chain.database, SqliteDatabase)
    verb = "INSERT OR REPLACE" if is_sqlite else "INSERT"
    key = "id" if number == "4" else "event_id, action, subject, outcome"
    instead = "" if is_sqlite else INSTEAD.format(key=key)
    statement = f"{verb} {INTO} SELECT {number}, {COPY.format(subject='subject', event=event)} {instead}"
    # What would take the place of an act under another id is passed over by SQLite, as any act told twice.
    with suppress(DBAPIError) if is_sqlite and number != "4" else pytest.raises(DBAPIError):
        await refused_by_hand(chain, statement)
    assert [await row(chain, each) for each in range(1, COUNT + 1)] == before
    assert await found(chain) == (0, None)
