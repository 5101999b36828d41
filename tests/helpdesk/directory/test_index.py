"""Every question to the directory, asked by who may see nobody in it, is answered as by an empty one."""

from inspect import iscoroutinefunction
from typing import Any

import pytest
from sqlmodel import select

from helpdesk.directory.exact_lookup import key_of
from helpdesk.directory.index import Directory
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Device, License, Number, Order, Organization, Person
from helpdesk.search import HitKind
from tests.chat import PAT
from tests.sessions import rows

NOBODY: frozenset[str] = frozenset()


async def questions(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Method -> arguments that lead to something in the demo's directory."""
    acme, pat, device = [
        (await rows(store, query))[0]
        for query in (
            select(Organization.id).where(Organization.display_name == "Acme Corporation"),
            select(Person.id).where(Person.email == PAT),
            select(Device),
        )
    ]
    (number, *_), (order, *_), (subscription, *_) = [
        await rows(store, query)
        for query in (
            select(Number.phone_number).where(Number.organization_id == acme),
            select(Order.number).where(Order.organization_id == acme),
            select(License.subscription_id).where(License.organization_id == acme),
        )
    ]
    texts = [PAT, pat, acme, "acme", "acm", "lindqvits", "acme.example", number, order, subscription]
    texts += [device.serial, device.mac, device.id]
    opened = {
        HitKind.PERSON: pat,
        HitKind.ORGANIZATION: acme,
        HitKind.DEVICE: device.id,
        HitKind.NUMBER: key_of(acme, number),
        HitKind.ORDER: key_of(acme, order),
        HitKind.SUBSCRIPTION: key_of(acme, subscription),
    }
    assert set(opened) == set(HitKind)
    return {
        "find": [*((text,) for text in texts), *((text, acme) for text in texts)],
        "find_each": [(texts,)],
        "open": list(opened.items()),
        "administrators": [(acme, 0, 10)],
        "person": [(pat,)],
        "person_with": [(PAT,)],
        "organization_of": [(PAT,)],
        "organization": [(acme,)],
        "names": [(frozenset({acme}),)],
    }


async def answer(directory: Directory, question: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return await getattr(directory, question)(*arguments)
    except HelpdeskError as error:
        return type(error)


async def test_who_may_see_nobody_is_told_what_an_empty_directory_tells(demo_store: Store, store: Store) -> None:
    limited, empty = Directory(demo_store, NOBODY), Directory(store)
    for question, asked in (await questions(demo_store)).items():
        for arguments in asked:
            expected = await answer(empty, question, arguments)
            assert await answer(limited, question, arguments) == expected, (question, arguments)
            assert await answer(Directory(demo_store), question, arguments) != expected, (question, arguments)


async def test_no_question_is_left_out(demo_store: Store) -> None:
    public = {name for name, each in vars(Directory).items() if iscoroutinefunction(each) and name[0] != "_"}
    assert set(await questions(demo_store)) == public


@pytest.mark.parametrize("limited", [True, False])
async def test_what_is_asked_for_in_vain_by_its_exact_name_is_noted(demo_store: Store, limited: bool) -> None:
    missed: set[str] = set()
    directory = Directory(demo_store).scoped_to(NOBODY if limited else None, missed)
    asked = await questions(demo_store)
    for question in ("person", "person_with", "organization_of", "organization"):
        await answer(directory, question, asked[question][0])
    assert missed == (
        {each[0] for name in ("person", "person_with", "organization") for each in asked[name]} if limited else set()
    )
