"""Anything that is no command is looked up: users, customers, domains and sites, by whatever is pasted."""

import pytest
from sqlmodel import select

from helpdesk.platform.store.tables.directory import Device, Organization, Person
from tests.chat import PAT, SAM, Chat
from tests.helpdesk.files import ACME, MUELLER, bring_in, organization, person
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


async def test_what_is_not_known_of_a_customer_and_a_user_is_said(chat: Chat) -> None:
    await bring_in(chat.store, organizations=[organization(name="Bare")], people=[person(1, "Nobody Known")])
    customer, user = await chat.says("Bare"), await chat.says("Nobody Known")
    for line in ("Created: not known", "Domains in use: none known", "Web orders: none known", "Settings\nnone known"):
        assert line in customer.text, line
    for line in ("Roles: none", "Created: not known", "Numbers: none", "Sites: none known", "Features on: not known"):
        assert line in user.text, line


async def test_customers_of_one_name_are_told_apart_by_a_domain(chat: Chat) -> None:
    twins = [(ACME, "one.example"), (MUELLER, "two.example")]
    await bring_in(
        chat.store,
        organizations=[
            organization(
                key,
                "Twin",
                domains=[{"domain": "a.example", "status": "verified"}, {"domain": domain, "status": "claimed"}],
            )
            for key, domain in twins
        ],
    )
    seen = await chat.says("twin")
    assert "Customer · one.example" in seen.text
    assert "Customer · two.example" in seen.text


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


async def test_a_device_leads_to_its_user_and_customer(chat: Chat) -> None:
    (device,) = await rows(chat.store, select(Device).where(Device.serial == "DEMOACM0001"))
    assert device.mac is not None
    for text in (
        *("demoacm0001", "S/N: DEMOACM0001", device.mac, device.mac.replace(":", "-").lower(), device.id),
        *(device.mac.replace(":", ""), f"sip:{device.sip_url}", device.sip_url, device.webex_id),
    ):
        seen = await chat.says(text)
        assert "Serial number: DEMOACM0001" in seen.text, text
    assert "Read as an id." in seen.text
    assert (await chat.presses(seen, "User")).heading == "Pat Lindqvist"
    assert (await chat.presses(seen, "Customer")).heading == "Acme Corporation"


@pytest.mark.parametrize(
    "typed", ["+1 212-555-0110", "(212) 555-0110", "2125550110", "tel:+12125550110", "001 212 555 0110"]
)
async def test_a_number_says_whose_it_is_and_where_it_rings(chat: Chat, typed: str) -> None:
    seen = await chat.says(typed)
    assert seen.heading == "+1 212-555-0110"
    assert f"Pat Lindqvist, {PAT}" in seen.text
    assert "Customer: Acme Corporation" in seen.text
    assert "Rings at" in seen.text
    assert "Read as a phone number." in seen.text


async def test_an_extension_of_every_customer_comes_in_pages(chat: Chat) -> None:
    first = await chat.says("ext 7000")
    assert first.heading == "Several matches for “ext 7000”"
    lobby = await chat.presses(first, "Open")
    assert "Whose it is: Lobby (Workspace)" in lobby.text


async def test_an_order_and_a_subscription_lead_to_their_customer(chat: Chat) -> None:
    order = await chat.says("w2048110")
    assert order.heading == "Order W2048110"
    subscription = await chat.says("Sub204811")
    assert subscription.heading == "Subscription Sub204811"
    assert "of" in subscription.text
    assert (await chat.says("204811")).heading == "Subscription Sub204811"
    for seen in (order, subscription):
        assert (await chat.presses(seen, "Customer")).heading == "Acme Corporation"


async def test_a_search_inside_a_customer_is_typed_too(chat: Chat) -> None:
    assert (await chat.says("lindqvist in acme")).heading == "Pat Lindqvist"
    missed = await chat.says("find lindqvist in nordlys")
    assert missed.heading == "Nothing found for “lindqvist” in Nordlys Rederi"


async def test_several_pasted_at_once_are_each_looked_up(chat: Chat) -> None:
    both = await chat.says(f"{PAT}, {SAM}")
    assert both.heading == "2 of 2 found"
    assert "Sam Okafor" in both.text
    lines = await chat.says("\n".join([PAT, "zzzzzz", "maria fernandes"]), to=chat.direct(chat.ana))
    assert lines.heading == "2 of 3 found"
    assert "“zzzzzz”: nothing found" in lines.text
    twins = await chat.presses(lines, "Show")
    assert twins.heading == "Several matches for “maria fernandes”"


async def test_of_five_hundred_the_first_twenty_are_looked_up_and_the_rest_is_said(chat: Chat) -> None:
    many = await chat.says("\n".join(f"nobody {n}" for n in range(500)), to=chat.direct(chat.ana))
    assert many.heading == "0 of 20 found"
    assert "480 more were left out" in many.text


async def test_what_a_text_may_be_too_is_offered(chat: Chat) -> None:
    await bring_in(chat.store, organizations=[organization(name="DEMOACM0001 Ltd")])
    seen = await chat.says("DEMOACM0001")
    assert "Not what you meant?" in seen.text
    assert (await chat.presses(seen, "Search as a name")).heading == "DEMOACM0001 Ltd"


@pytest.mark.parametrize(
    "typed",
    [
        *("+1 212 555 O112", "00:00:5E:00:53:GG", "x" * 200, "💥 zzzz", "\u202ezzzz", "% zzzz _", "9" * 40),
        *("zzzz in nowhere", "ext 99999999999", "+999999999999999", "in acme", "sip:zzzz@nowhere.example"),
    ],
)
async def test_what_is_nearly_a_number_is_answered_plainly(chat: Chat, typed: str) -> None:
    assert (await chat.says(typed)).heading.startswith("Nothing found for “")
