"""A person sees the address, role and rights that the desk knows of them."""

from dataclasses import replace

from cards.words import PERMISSION
from commands import whoami
from helpdesk.people.access import Permission
from helpdesk.platform.language import Language
from helpdesk.services import Helpdesk
from tests.commands.asking import ANA, LEE, typed


async def test_an_agent_sees_what_they_may_and_not_what_others_may(desk: Helpdesk) -> None:
    mine, advanced = await whoami.show(typed("", LEE), desk), await whoami.show(typed("", ANA), desk)
    assert mine.plain.startswith(f"You are {LEE.email}")
    assert "clear spam complaints" not in mine.plain
    assert "clear spam complaints" in advanced.plain


def test_every_permission_has_words() -> None:
    assert set(PERMISSION) == set(Permission)


async def test_who_is_limited_to_some_customers_sees_which_and_in_a_space_only_how_many(desk: Helpdesk) -> None:
    acme, nordlys = [await desk.directory.find(name) for name in ("Acme", "Nordlys")]
    ids = frozenset(found.hits[0].id for found in (acme, nordlys))
    limited = replace(LEE, customers=ids)
    alone = replace(typed("", limited), is_direct=True)
    assert "Customers: Acme Corporation, Nordlys Rederi" in (await whoami.show(alone, desk)).plain
    assert "Customers: 2 customers" in (await whoami.show(typed("", limited), desk)).plain
    assert "Customers: all" in (await whoami.show(typed("", LEE), desk)).plain


async def test_it_is_said_in_the_readers_language(desk: Helpdesk) -> None:
    assert "Français" in (await whoami.show(typed("", LEE, Language("fr")), desk)).plain
