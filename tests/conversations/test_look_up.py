"""Anything that is no command is looked up: users, customers, domains and sites, by whatever is pasted."""

import pytest
from sqlmodel import select

from helpdesk.store.tables import Organization, Person
from tests.chat import PAT, Chat
from tests.sessions import rows


@pytest.mark.parametrize(
    "pasted",
    [
        PAT,
        "PAT.Lindqvist@Acme.Example",
        "Pat Lindqvist <pat.lindqvist@acme.example>",
        "mailto:pat.lindqvist@acme.example",
        "“pat.lindqvist@acme.example”,",
        "find pat.lindqvist@acme.example",
        "Chercher pat.lindqvist@acme.example",
        "Pat Lindqvist",
        "lindqvist pat",
        "pat lindq",
    ],
)
async def test_a_user_is_found_however_they_are_named(chat: Chat, pasted: str) -> None:
    assert (await chat.says(pasted)).heading == "Pat Lindqvist"


async def test_an_id_finds_its_user_in_both_forms(chat: Chat) -> None:
    (pat,) = await rows(chat.store, select(Person).where(Person.email == PAT))
    assert (await chat.says(pat.webex_id)).heading == "Pat Lindqvist"
    assert (await chat.says(pat.id)).heading == "Pat Lindqvist"


async def test_an_organization_is_found_by_name_id_domain_and_site(chat: Chat) -> None:
    (acme,) = await rows(chat.store, select(Organization).where(Organization.display_name == "Acme Corporation"))
    for text in ("acme corp", acme.id, acme.webex_id, "labs.acme.example", "https://acme.webex.example/meet"):
        assert (await chat.says(text)).heading == "Acme Corporation", text


async def test_a_customers_card_says_what_they_have_and_searches_inside(chat: Chat) -> None:
    customer = await chat.says("acme.example")
    assert "Read-only access: allowed by the customer" in customer.text
    assert "Claimed domains: acme.example" in customer.text
    assert "Subscription Sub204811" in customer.text
    assert "Giulia Tanaka-Reed, giulia.tanaka.reed@acme.example" in customer.fallback
    inside = await chat.presses(customer, "Search", query="lindqvist")
    assert inside.heading == "Pat Lindqvist"
    nobody = await chat.presses(customer, "Search", query="zzzz")
    assert nobody.heading == "Nothing found for “zzzz” in Acme Corporation"


async def test_several_hits_come_in_pages_with_a_button_each(chat: Chat) -> None:
    first = await chat.says("a")
    assert first.heading == "Several matches for “a”"
    second = await chat.presses(first, "Next page")
    assert second.heading == first.heading
    assert not set(first.text.splitlines()[2:]) & set(second.text.splitlines()[2:])
    opened = await chat.presses(first, "Open")
    assert opened.heading in first.text


async def test_nothing_found_says_what_was_looked_for_and_what_comes_close(chat: Chat) -> None:
    missed = await chat.says("Pat Lindqvits")
    assert missed.heading == "Nothing found for “Pat Lindqvits”"
    assert "Looked for as a name." in missed.text
    assert (await chat.presses(missed, "Open")).heading == "Pat Lindqvist"


async def test_find_without_a_text_shows_a_form_that_does_the_same(chat: Chat) -> None:
    form = await chat.says("find")
    assert form.fields["query"]["isRequired"]
    assert (await chat.presses(form, "Look up", query=PAT)).heading == "Pat Lindqvist"


async def test_a_direct_conversation_needs_no_mention(chat: Chat) -> None:
    assert (await chat.says(PAT, to=chat.direct(chat.ana))).heading == "Pat Lindqvist"


async def test_a_misspelt_name_with_a_dot_finds_what_comes_close(chat: Chat) -> None:
    missed = await chat.says("sam.okafro")
    assert missed.heading == "Nothing found for “sam.okafro”"
    assert "Sam Okafor" in missed.text
