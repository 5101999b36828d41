"""Addresses and domains as real mail has them: found in every spelling, in every command, and shown in Unicode."""

import pytest

from helpdesk.platform.store.tables.mail import Reason
from tests.chat import Chat
from tests.helpdesk.files import ACME, bring_in, organization, person, person_key

ASCII, UNICODE = "konto@xn--exmple-cua.de", "konto@exämple.de"
SPELLINGS = {
    ASCII: (UNICODE, ASCII, "KONTO@EXÄMPLE.DE", "Konto <konto@exa\u0308mple.de>", "mailto:konto@exämple.de"),
    "try..this..0511@docomo.example": ("try..this..0511@docomo.example", "Try..This..0511@docomo.example"),
    "bar.@docomo.example": ("bar.@docomo.example",),
    ".foo@ezweb.example": (".foo@ezweb.example",),
    '"john smith"@x.example': ('"john smith"@x.example', '"John Smith"@X.example', 'J <"john smith"@x.example>'),
    '"foo..bar"@x.example': ('"foo..bar"@x.example',),
    "用户@xn--fsqu00a.example": ("用户@例子.example", "用户@xn--fsqu00a.example"),
}


@pytest.mark.parametrize("stored_in", ["as we store it", "as people write it"])
async def test_every_spelling_finds_the_user(chat: Chat, stored_in: str) -> None:
    which = 0 if stored_in == "as people write it" else -1
    stored = [ASCII if which else UNICODE, *(spellings[which] for spellings in list(SPELLINGS.values())[1:])]
    stored = [each.partition("<")[2].rstrip(">") or each for each in stored]
    people = [person(n, f"Number {chr(96 + n)}", emails=[each]) for n, each in enumerate(stored, 1)]
    await bring_in(chat.store, organizations=[organization(name="Bare")], people=people)
    for number, spellings in enumerate(SPELLINGS.values(), 1):
        for spelling in spellings:
            assert (await chat.says(spelling)).heading == f"Number {chr(96 + number)}", spelling


async def test_an_address_is_shown_in_unicode_and_does_not_pass_for_another(chat: Chat) -> None:
    people = [person(1, "Konto", emails=[ASCII]), person(2, "Other", emails=["pat@xn--cme-5cd.example"])]
    await bring_in(chat.store, organizations=[organization(name="Bare")], people=people)
    user = await chat.says(ASCII)
    assert UNICODE in user.text
    assert ASCII not in user.text
    assert "pat@xn--cme-5cd.example" in (await chat.says("pat@\u0430cme.example")).text


async def test_a_list_of_addresses_in_any_spelling_is_looked_up_whole(chat: Chat) -> None:
    stored = [UNICODE, '"john smith"@x.example', "bar.@docomo.example"]
    people = [person(n, f"Number {chr(96 + n)}", emails=[each]) for n, each in enumerate(stored, 1)]
    await bring_in(chat.store, organizations=[organization(name="Bare")], people=people)
    for text in (" ".join(stored), ", ".join(stored), "\n".join(stored)):
        found = (await chat.says(text)).text
        assert all(f"Number {letter}" in found for letter in "abc"), text


@pytest.mark.parametrize("stored", ["dömäin.org", "xn--dmin-moa0i.org", "DÖMÄIN.org"])
async def test_a_customers_domain_is_found_by_both_spellings(chat: Chat, stored: str) -> None:
    bare = organization(ACME, "Bare", domains=[{"domain": stored, "status": "claimed"}])
    await bring_in(chat.store, organizations=[bare])
    for text in ("dömäin.org", "xn--dmin-moa0i.org", "Dömäin.ORG", "https://dömäin.org/x", "@dömäin.org"):
        customer = await chat.says(text)
        assert customer.heading == "Bare", text
        assert "Claimed domains: dömäin.org" in customer.text


async def test_what_holds_mail_back_is_found_by_every_spelling(chat: Chat) -> None:
    stored = [UNICODE, "bar.@docomo.example", '"john smith"@x.example']
    await bring_in(
        chat.store,
        suppressions=[{"address": each, "reason": Reason.BOUNCE.value, "detail": "550 No"} for each in stored],
    )
    for spelling in (UNICODE, ASCII, *stored):
        assert "550 No" in (await chat.says(f"unsuppress {spelling}")).text, spelling
        assert "Suppression list: bounce" in (await chat.says(f"email {spelling}")).text, spelling


async def test_a_slip_in_an_address_of_a_domain_with_an_umlaut_is_corrected(chat: Chat) -> None:
    await bring_in(
        chat.store, organizations=[organization(name="Bare")], people=[person(1, "Xaver Konto", emails=[UNICODE])]
    )
    assert "Xaver Konto" in (await chat.says("konto@exämpel.de")).text


@pytest.mark.parametrize(
    "stored", ["+52 1 55 4525 8448", "+525545258448", "+5215545258448", "55 4525 8448", "044 55 4525 8448"]
)
async def test_a_mexican_number_is_found_in_every_form(chat: Chat, stored: str) -> None:
    await bring_in(
        chat.store,
        organizations=[organization(name="Bare", country="MX")],
        people=[person(1, "Frida", phoneNumbers=[{"value": stored}]), person(2, "Front Desk")],
        numbers=[{"phoneNumber": stored.replace("8448", "8449"), "orgId": ACME, "ownerId": person_key(2)}],
    )
    for text in ("+52 1 55 4525 8448", "+52 55 4525 8448", "55 4525 8448", "5215545258448", "tel: +52 1 55 4525-8448"):
        assert (await chat.says(text)).heading == "Frida", text
    assert "Front Desk" in (await chat.says("+52 1 55 4525 8449")).text


async def test_a_number_of_a_small_country_is_found_without_its_code(chat: Chat) -> None:
    await bring_in(
        chat.store,
        organizations=[organization(name="Bare", country="CI")],
        people=[person(1, "Awa", phoneNumbers=[{"value": "07 12 34 56 78"}])],
    )
    for text in ("07 12 34 56 78", "0712345678", "+225 07 12 34 56 78", "+225 12 34 56 78"):
        assert (await chat.says(text)).heading == "Awa", text


async def test_a_number_that_cannot_be_one_is_found_by_its_digits(chat: Chat) -> None:
    people = [person(1, "Odd", phoneNumbers=[{"value": "+999 (12) 3456"}]), person(2, "Even")]
    numbers = [{"phoneNumber": "+999 77 8888", "orgId": ACME, "ownerId": person_key(2)}]
    await bring_in(chat.store, organizations=[organization(name="Bare")], people=people, numbers=numbers)
    assert (await chat.says("+999-12-3456")).heading == "Odd"
    assert "Even" in (await chat.says("+999778888")).text
