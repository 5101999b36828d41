"""A person who is forgotten is in the audit by a pseudonym; nothing else of a row can change."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from helpdesk.audit import Audit
from helpdesk.audit.blinding import blind
from helpdesk.audit.verifying import verify
from helpdesk.audit.walking import Fault
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow, RefusedTry
from tests.helpdesk.audit.chains import BEGAN, KEYS, acts, by_hand, refused_by_hand, row
from tests.sessions import rows, writing

PAT = "pat@acme.example"
TEXTS = ("actor", "subject", "reason", "outcome")
# A text, and what is left of it when pat@acme.example is blinded.
MENTIONS = [
    ("pat@acme.example", "{}"),
    ("Pat@Acme.Example", "{}"),
    ("vouched for, for pat@acme.example", "vouched for, for {}"),
    ("<pat@acme.example>, 'pat@acme.example' (mailto:pat@acme.example).", "<{}>, '{}' (mailto:{})."),
    ("not xpat@acme.example, nor pat@acme.example.org", "not xpat@acme.example, nor pat@acme.example.org"),
    ("sam@acme.example wrote to pat@acme.example", "sam@acme.example wrote to {}"),
    ("person-0123456789abcdef0123 and pat@acme.example", "person-0123456789abcdef0123 and {}"),
    ("person-0123456789abcdef0123@acme.example, pat@acme.example", "person-0123456789abcdef0123@acme.example, {}"),
    ("no address @ all", "no address @ all"),
]


async def told(store: Store, **said: Any) -> None:
    common = {"actor": "ana@partner.example", "action": "find", "subject": "Acme", "outcome": "shown"}
    await Audit(store, lambda: BEGAN, keys=KEYS).record(**(common | {"event_id": str(said)} | said))


async def is_whole(store: Store) -> bool:
    return (await verify(store, KEYS)).fault is None


@pytest.mark.parametrize("column", TEXTS)
@pytest.mark.parametrize(("text", "left"), MENTIONS)
async def test_wherever_the_address_stands_the_pseudonym_takes_its_place(
    store: Store, column: str, text: str, left: str
) -> None:
    await told(store, **{column: text})
    await told(store, subject="sam@acme.example")
    assert await store.write(blind, PAT) == int("{}" in left)
    found = await row(store, 1)
    pseudonyms = found["pseudonyms"].split()
    assert any(found[column] == left.replace("{}", each) for each in pseudonyms or [""])
    assert await is_whole(store)
    assert await store.write(blind, PAT.upper()) == 0
    assert (await row(store, 2))["subject"] == "sam@acme.example"


async def test_a_person_has_one_pseudonym_and_another_one_another(store: Store) -> None:
    for address in (PAT, PAT, "sam@acme.example"):
        await told(store, subject=address, event_id=f"{address} {len(await rows(store, select(AuditRow)))}")
        await store.write(blind, address)
    one, same, other = [(await row(store, each))["subject"] for each in (1, 2, 3)]
    assert one == same
    assert one != other
    assert "pat" not in one


async def test_a_row_of_one_event_in_two_spellings_is_blinded_in_both(store: Store) -> None:
    for spelling in (PAT, PAT.upper()):
        await told(store, subject=spelling, event_id="one event")
    assert await store.write(blind, PAT) == 2
    assert await is_whole(store)


async def test_what_is_counted_of_them_and_not_in_the_audit_yet_is_removed(store: Store) -> None:
    async with writing(store) as session:
        for who in (PAT, "sam@acme.example"):
            session.add(RefusedTry(hour=BEGAN, kind="stranger", who=who, count=1, first_at=BEGAN, last_at=BEGAN))
    await store.write(blind, PAT)
    assert [each.who for each in await rows(store, select(RefusedTry))] == ["sam@acme.example"]


@pytest.mark.parametrize("column", TEXTS)
@pytest.mark.parametrize("text", ["{} ", "{}x", "sam@acme.example", "other", ""])
async def test_past_the_triggers_any_other_change_is_found(store: Store, column: str, text: str) -> None:
    await told(store, **{column: PAT})
    await store.write(blind, PAT)
    blinded = (await row(store, 1))[column]
    await by_hand(store, f"UPDATE audit SET {column} = '{text.replace('{}', blinded)}'")  # noqa: S608
    verdict = await verify(store, KEYS)
    assert (verdict.row_id, verdict.fault) == (1, Fault.ALTERED)


async def test_the_pseudonym_of_another_is_refused_and_found(store: Store) -> None:
    await told(store, subject=PAT)
    await told(store, subject="sam@acme.example")
    other = (await row(store, 2))["pseudonyms"].split()[-1]
    statement = f"UPDATE audit SET subject = '{other}' WHERE id = 1"  # noqa: S608
    with pytest.raises(DBAPIError, match="only ever appended to"):
        await refused_by_hand(store, statement)
    await by_hand(store, statement)
    assert (await verify(store, KEYS)).fault is Fault.ALTERED


async def test_blinded_rows_are_told_by_the_verification(store: Store) -> None:
    await acts(store, 3)
    assert await store.write(blind, "person2@acme.example") == 1
    verdict = await verify(store, KEYS)
    assert (verdict.fault, verdict.blinded) == (None, 1)


async def test_in_a_long_audit_every_row_is_reached(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.audit.blinding.BATCH", 2)
    for number in range(5):
        await told(store, subject=PAT, event_id=str(number))
    assert await store.write(blind, PAT) == 5
    assert await is_whole(store)
