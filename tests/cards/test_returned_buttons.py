"""Buttons of several addresses fit a phone, and no two of them are the same."""

import pytest

from cards import returned
from helpdesk.mail.dsn.pasted import read_pasted
from helpdesk.people.access import Role, Sender
from helpdesk.platform.language import language

LONG = "sam.okafor-with-a-very-long-name@subsidiary.acme-corporation.example"


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize("other", ["pat@acme.example", LONG.replace("subsidiary", "sub"), LONG.replace("ple", "plary")])
def test_each_names_its_address_as_far_as_a_phone_shows_it(code: str, other: str) -> None:
    notice = "Mail delivery failed: returning message to sender\n" + "".join(
        f"\n{address}\n    host mx.acme.example [192.0.2.25]: 550 5.1.1 <{address}>: User unknown"
        for address in (LONG, other)
    )
    several = [returned.Read(one, None) for one in read_pasted(notice)]
    titles = [
        button.model.title
        for button in returned.explained(several, Sender("p", "ana@x.example", Role.AGENT), language(code)).buttons
    ]
    assert len(set(titles)) == len(titles) == 2
    assert all(len(title) <= 33 for title in titles)
    assert any(LONG[:10] in title for title in titles)
