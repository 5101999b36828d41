"""Every mail there is, with hostile values: nothing of them is hidden, turned or active."""

import re
from html import unescape
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from helpdesk.mail.letter import letter
from helpdesk.platform.language import LANGUAGES, Text, language
from tests.hostile import HOSTILE, dangerous

TEMPLATES = Path(__file__).parents[3] / "helpdesk" / "mail" / "templates"
NAMES = sorted({path.name.partition(".")[0] for path in TEMPLATES.iterdir()})


def values(name: str, words: str) -> dict[str, str]:
    """All that a template takes, the same for each."""
    asked: set[str] = set()
    for kind in ("txt", "html"):
        asked |= meta.find_undeclared_variables(Environment().parse((TEMPLATES / f"{name}.{kind}.j2").read_text()))  # noqa: S701
    return dict.fromkeys(asked - {"say", "language"}, words)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_value_is_shown_letter_by_letter(name: str, code: str) -> None:
    subject = Text("May {agent} look at {organization}?", agent=HOSTILE, organization=HOSTILE)
    mail = letter(name, "pat@acme.example", subject, language(code), **values(name, HOSTILE))
    for part in (mail.subject, mail.text, unescape(mail.html)):
        assert dangerous(part) == []
        assert "Eve⟨U+202E⟩" in part
    assert "\n" not in mail.subject
    assert not re.search("<b>|<(?!/?(html|head|meta|title|body|div|p|a|br|strong)[ >]|!doctype)", mail.html)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_from_right_to_left_turns_nothing_around_it(name: str) -> None:
    subject = Text("May {agent} look at {organization}?", agent="محمد علي", organization="x")
    mail = letter(name, "pat@acme.example", subject, language("en"), **values(name, "محمد علي"))
    for part in (mail.subject, mail.text, mail.html):
        assert part.count("محمد علي") == part.count("\u2068محمد علي\u2069") > 0
